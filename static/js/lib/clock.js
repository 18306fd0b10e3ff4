/** Times as the viewer reads them, in the viewer's zone. */

/** @typedef {{zone?: string, locale?: string, today?: string, yesterday?: string}} Viewer */

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {string} name
 * @param {Intl.DateTimeFormatOptions} options
 * @param {Viewer} viewer
 */
function format(name, options, { zone, locale = "en-GB" }) {
  const key = `${name} ${zone} ${locale}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  formats.set(key, known);
  return known;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const SHAPES = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  key: { year: "numeric", month: "2-digit", day: "2-digit" },
  weekday: { weekday: "short" },
  brief: { day: "numeric", month: "short" },
  long: { weekday: "long", day: "numeric", month: "long" },
  date: { day: "numeric", month: "long", year: "numeric" },
  full: {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
    hourCycle: "h23", timeZoneName: "short",
  },
};

/**
 * @param {keyof typeof SHAPES} shape
 * @param {Date} date
 * @param {Viewer} viewer
 */
const shaped = (shape, date, viewer) => format(String(shape), SHAPES[shape], viewer).format(date);

/**
 * The calendar day on which it was for the viewer; equal strings are one day.
 * @param {Date} date
 * @param {Viewer} viewer
 */
export const dayOf = (date, viewer) => shaped("key", date, viewer);

/**
 * @param {Date} date
 * @param {Viewer} viewer
 * @param {Date} now
 */
function daysAgo(date, viewer, now) {
  const midnight = (/** @type {Date} */ at) => Date.parse(dayOf(at, viewer).split("/").reverse().join("-"));
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

/**
 * A time in the words of one of the styles: time, day, date, short, until, full.
 * @param {Date} date
 * @param {string} style
 * @param {Viewer} viewer
 * @param {Date} [now]
 */
export function say(date, style, viewer, now = new Date()) {
  if (style === "day") {
    const ago = daysAgo(date, viewer, now);
    if (ago === 0 && viewer.today) return viewer.today;
    if (ago === 1 && viewer.yesterday) return viewer.yesterday;
    return shaped(Math.abs(ago) < 300 ? "long" : "date", date, viewer);
  }
  if (style === "short") {
    const ago = daysAgo(date, viewer, now);
    return shaped(ago <= 0 ? "time" : ago < 7 ? "weekday" : "brief", date, viewer);
  }
  if (style === "until") {
    const ahead = -daysAgo(date, viewer, now);
    const day = ahead > 0 && `${shaped(ahead < 7 ? "weekday" : "brief", date, viewer)}, `;
    return `${day || ""}${shaped("time", date, viewer)}`;
  }
  return shaped(style in SHAPES ? style : "full", date, viewer);
}
