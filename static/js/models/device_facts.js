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
  const of = (/** @type {string} */ kind, /** @type {string} */ name) => {
    const number = devices.filter((each) => each.kind === kind).length;
    return `${number} ${name}${number === 1 ? "" : "s"}`;
  };
  return [of("videoinput", "camera"), of("audioinput", "microphone"), of("audiooutput", "loudspeaker")].join(", ");
}

/** @param {NotificationPermission} [given] undefined where there are no notifications */
export const permissionOf = (given) => given ? { granted: "allowed", denied: "blocked", default: "not asked for yet" }[given] : "not possible here";

/** @type {Record<string, string>} */
const TROUBLES = { NotAllowedError: "blocked by the browser or its settings", NotFoundError: "none was found", NotReadableError: "another program uses it" };

/**
 * Why a device did not open, with the browser's own name of it for whoever helps.
 * @param {Error} error
 */
export const troubleOf = ({ name }) => `${TROUBLES[name] ?? "does not work"} (${name})`;
