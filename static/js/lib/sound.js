/** The ringtone, the ringback and the chime, made from oscillators: there is no file to load. */

/** @type {AudioContext | undefined} */
let context;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ringing;
/** @type {ReturnType<typeof setInterval> | undefined} */
let purring;
/** @type {OscillatorNode[]} */
let purr = [];

const ready = () => (context ??= new AudioContext());

/**
 * Answers whether there is sound. A browser that holds it back until it is touched leaves the
 * promise of `resume` open: to be called again within a gesture.
 */
export async function unlock() {
  const patience = new Promise((done) => setTimeout(done, 300));
  await Promise.race([ready().resume(), patience]).catch(() => {});
  return ready().state === "running";
}

/**
 * One soft tone: quickly there, slowly gone.
 * @param {number} frequency
 * @param {number} delay in seconds
 * @param {number} length in seconds
 * @param {number} loudness
 */
function tone(frequency, delay, length, loudness) {
  const audio = ready();
  const start = audio.currentTime + delay;
  const voice = new OscillatorNode(audio, { type: "sine", frequency });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + length);
  return voice;
}

export async function chime() {
  if (!navigator.userActivation?.hasBeenActive || !(await unlock())) return;
  tone(660, 0, 0.25, 0.12);
  tone(880, 0.12, 0.4, 0.12);
}

/** Notes: frequency, delay and length in seconds. @type {Record<string, Record<string, number[][]>>} */
const TUNES = {
  message: { chime: [[660, 0, 0.25], [880, 0.12, 0.4]], bell: [[1047, 0, 1.1]], soft: [[392, 0, 0.5], [494, 0.16, 0.6]] },
  call: { chime: [[587, 0, 0.35], [740, 0.2, 0.35], [880, 0.4, 0.35]], bell: [[784, 0, 0.9], [1047, 0.4, 1.2]], soft: [[330, 0, 0.7], [415, 0.4, 0.7]] },
  waiting: { chime: [[784, 0, 0.3], [587, 0.18, 0.5]], bell: [[880, 0, 0.9], [698, 0.35, 1.1]], soft: [[440, 0, 0.6], [349, 0.25, 0.7]] },
  emergency: { chime: [[988, 0, 0.16], [740, 0.2, 0.16], [988, 0.4, 0.16]], bell: [[1175, 0, 0.4], [1175, 0.25, 0.4]], soft: [[622, 0, 0.4], [622, 0.4, 0.4]] },
};

/**
 * Plays a sound in one of its variants; silence where the variant is empty.
 * @param {string} sound
 * @param {string} variant
 */
export async function play(sound, variant) {
  const tune = TUNES[sound]?.[variant];
  if (!tune || !(await unlock())) return false;
  for (const [frequency, delay, length] of tune) tone(frequency, delay, length, 0.2);
  return true;
}

function ringOnce() {
  navigator.vibrate?.([400, 200, 400]);
  if (ready().state !== "running") return;
  [0, 0.2, 0.4, 0.9, 1.1, 1.3].forEach((delay, index) => {
    tone([587, 740, 880][index % 3], delay, 0.35, 0.25);
  });
}

/** Rings until it is stopped; answers whether it can be heard. */
export async function startRinging() {
  stopRinging();
  ringing = setInterval(ringOnce, 3_000);
  const mine = ringing;
  const audible = await unlock();
  if (mine === ringing) ringOnce();
  return audible;
}

export function stopRinging() {
  clearInterval(ringing);
  if (ringing) navigator.vibrate?.(0);
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
