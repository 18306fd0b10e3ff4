/** What a browser can say of itself, in short words; no device is named, and no address. */

/** @type {[RegExp, string][]} */
const BROWSERS = [[/Edg\/(\d+)/, "Edge"], [/OPR\/(\d+)/, "Opera"], [/Firefox\/(\d+)/, "Firefox"], [/SamsungBrowser\/(\d+)/, "Samsung Internet"], [/(?:Chrome|CriOS)\/(\d+)/, "Chrome"], [/Version\/(\d+).*Safari/, "Safari"]];
/** @type {[RegExp, string][]} */
const SYSTEMS = [[/Windows/, "Windows"], [/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Mac OS X/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux/, "Linux"]];

/** @param {string} agent */
export function browserOf(agent) {
  for (const [sign, name] of BROWSERS) {
    const found = sign.exec(agent);
    if (found) return `${name} ${found[1]}`;
  }
  return "unknown";
}

/** @param {string} agent */
export const systemOf = (agent) => SYSTEMS.find(([sign]) => sign.test(agent))?.[1] ?? "unknown";

/**
 * How many of each; what they are called stays here.
 * @param {{kind: string}[]} devices
 */
export function countDevices(devices) {
  const of = (/** @type {string} */ kind) => devices.filter((each) => each.kind === kind).length;
  return `${of("videoinput")} cameras, ${of("audioinput")} microphones, ${of("audiooutput")} loudspeakers`;
}
