import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { browserOf, countDevices, permissionOf, systemOf, troubleOf } from "../../static/js/models/device_facts.js";

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

describe("What a browser says of itself", () => {
  test("names the browser and the system, not those it claims to be like", () => {
    const agents = [CHROME, `${CHROME} Edg/126.0.0.0`, SAFARI, "nothing known"];
    assert.deepEqual(agents.map(browserOf), ["Chrome 126", "Edge 126", "Safari 17", "unknown"]);
    assert.deepEqual(agents.map(systemOf), ["Windows", "Windows", "iOS", "unknown"]);
  });

  test("says whether it may notify", () => {
    const told = [permissionOf("granted"), permissionOf("default"), permissionOf(undefined)];
    assert.deepEqual(told, ["allowed", "not asked for yet", "not possible here"]);
  });

  test("says why a device does not open, and what the browser calls it", () => {
    const told = ["NotFoundError", "AbortError"].map((name) => troubleOf({ name, message: "" }));
    assert.deepEqual(told, ["none was found (NotFoundError)", "does not work (AbortError)"]);
  });

  test("counts devices and names none", () => {
    const devices = [{ kind: "videoinput", label: "Asha’s camera" }, { kind: "audioinput", label: "Headset" }];
    assert.equal(countDevices(devices), "1 camera, 1 microphone, 0 loudspeakers");
  });
});
