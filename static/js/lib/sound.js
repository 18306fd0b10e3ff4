/** The sounds of a page, made from oscillators: there is no file to load. */

import { hold, isHeld, once } from "./turns.js";

/** Notes: frequency, delay and length in seconds. @type {Record<string, Record<string, number[][]>>} */
const TUNES = {
  message: {
    chime: [[660, 0, 0.25], [880, 0.12, 0.4]],
    bell: [[1047, 0, 1.1]],
    soft: [[392, 0, 0.5], [494, 0.16, 0.6]],
  },
  call: {
    chime: [[587, 0, 0.35], [740, 0.2, 0.35], [880, 0.4, 0.35], [587, 0.9, 0.35], [740, 1.1, 0.35], [880, 1.3, 0.35]],
    bell: [[784, 0, 0.9], [784, 0.3, 0.9], [1047, 1, 1.2]],
    soft: [[330, 0, 0.7], [415, 0.4, 0.7], [494, 0.8, 0.9]],
  },
  waiting: {
    chime: [[784, 0, 0.3], [587, 0.18, 0.5]],
    bell: [[880, 0, 0.9], [698, 0.35, 1.1]],
    soft: [[440, 0, 0.6], [349, 0.25, 0.7]],
  },
  emergency: {
    chime: [[988, 0, 0.16], [740, 0.2, 0.16], [988, 0.4, 0.16], [740, 0.6, 0.16], [988, 0.8, 0.3]],
    bell: [[1175, 0, 0.4], [1175, 0.25, 0.4], [1175, 0.5, 0.4], [1175, 0.75, 0.8]],
    soft: [[622, 0, 0.4], [622, 0.4, 0.4], [622, 0.8, 0.6]],
  },
};
const LOUDNESS = /** @type {Record<string, number>} */ ({ message: 0.12, waiting: 0.18, call: 0.25, emergency: 0.3 });

/** How each variant sounds. @type {Record<string, {type: OscillatorType, attack: number, partials: number[][]}>} */
const VOICES = {
  chime: { type: "sine", attack: 0.02, partials: [[1, 1]] },
  bell: { type: "sine", attack: 0.004, partials: [[1, 0.7], [2.76, 0.2], [5.4, 0.1]] },
  soft: { type: "triangle", attack: 0.09, partials: [[1, 0.9]] },
};

/** Their names, as the server knows them too. */
export const SOUNDS = Object.keys(TUNES);
export const VARIANTS = Object.keys(VOICES);

const RINGING = "telemed-ringing";
/** After so many milliseconds nothing more is expected. */
const HELD_BACK = 300;
const SLOW = 2_000;

/** @type {AudioContext | undefined} */
let context;
/** @type {AbortController | undefined} */
let ringing;
/** @type {ReturnType<typeof setInterval> | undefined} */
let purring;
/** @type {OscillatorNode[]} */
let purr = [];

const ready = () => (context ??= new AudioContext());

/**
 * Answers whether there is sound. A browser that holds it back until it is touched leaves the
 * promise of `resume` open: to be called again within a gesture. Where the page has been touched it
 * is not held back, and only takes a device its time to begin.
 */
export async function unlock() {
  const patience = navigator.userActivation?.hasBeenActive ? SLOW : HELD_BACK;
  const late = new Promise((done) => setTimeout(done, patience));
  await Promise.race([ready().resume(), late]).catch(() => {});
  return ready().state === "running";
}

/**
 * One tone: soon there, slowly gone.
 * @param {number} frequency
 * @param {number} delay in seconds
 * @param {number} length in seconds
 * @param {number} loudness
 * @param {{type: OscillatorType, attack: number}} voice
 */
function tone(frequency, delay, length, loudness, { type, attack } = VOICES.chime) {
  const audio = ready();
  const start = audio.currentTime + delay;
  const voice = new OscillatorNode(audio, { type, frequency });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + attack);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + length);
  return voice;
}

/**
 * Plays a sound in one of its variants; silence where the variant is empty or unknown. Answers
 * whether it could be heard.
 * @param {string} sound
 * @param {string} variant
 */
export async function play(sound, variant) {
  const [tune, voice] = [TUNES[sound]?.[variant], VOICES[variant]];
  if (!tune || !(await unlock())) return false;
  for (const [frequency, delay, length] of tune) {
    for (const [ratio, share] of voice.partials) tone(frequency * ratio, delay, length, LOUDNESS[sound] * share, voice);
  }
  return true;
}

/**
 * The same, in one tab of this browser only, and not again while it sounds.
 * @param {string} sound
 * @param {string} variant
 */
export async function announce(sound, variant) {
  if (variant && (await unlock())) await once(`telemed-${sound}`, () => void play(sound, variant));
}

/** @param {string} variant @param {string} sound */
function ringOnce(variant, sound) {
  navigator.vibrate?.([400, 200, 400]);
  if (ready().state === "running") void play(sound, variant);
}

/**
 * Rings until it is stopped, in one tab of this browser. Answers whether it can be heard, or is not
 * meant to be: only then is there nothing to turn on. What is held back may come by itself later.
 * @param {string} variant
 * @param {"call" | "emergency"} [sound]
 * @param {(audible: boolean) => void} [later]
 * @returns {Promise<boolean>}
 */
export async function startRinging(variant, sound = "call", later = () => {}) {
  stopRinging();
  if (!variant) return true;
  ringing = new AbortController();
  const { signal } = ringing;
  const ring = () => {
    ringOnce(variant, sound);
    const turn = setInterval(() => ringOnce(variant, sound), sound === "call" ? 3_000 : 1_500);
    signal.addEventListener("abort", () => clearInterval(turn));
  };
  const audible = await unlock();
  if (signal.aborted) return true;
  if (audible) hold(RINGING, signal, ring);
  else {
    ring();
    const again = () => void startRinging(variant, sound, later).then(later);
    ready().addEventListener("statechange", again, { signal, once: true });
  }
  return audible || isHeld(RINGING);
}

export function stopRinging() {
  if (ringing) navigator.vibrate?.(0);
  ringing?.abort();
  ringing = undefined;
}

function purrOnce() {
  if (ready().state === "running") purr = [440, 480].map((frequency) => tone(frequency, 0, 1.6, 0.06));
}

/** What a caller hears while it rings at the other end; where sound is held back, nothing. */
export async function startRingback() {
  stopRingback();
  purring = setInterval(purrOnce, 4_000);
  const mine = purring;
  await unlock();
  if (mine === purring) purrOnce();
}

export function stopRingback() {
  clearInterval(purring);
  purring = undefined;
  for (const voice of purr.splice(0)) voice.stop();
}
