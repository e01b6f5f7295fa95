import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIONS, type Action } from "../src/shared/actions";
import { inWords } from "../src/shared/words";
import { rate } from "../src/shared/vitals";

const invalid = { status: 422, error_type: "invalid" };

test("people are told which rule is broken", () => {
  const told = (title: string, note = "") => inWords("create_task", invalid, { title, note });
  assert.match(told("  "), /needs a title/);
  assert.match(told("x".repeat(201)), /201 characters, and 200/);
  assert.match(told("🙂".repeat(200), "x".repeat(2001)), /note is too long/);
  assert.match(told("a\u0007b"), /cannot be shown/);
  assert.match(told("fine"), /check what you typed/);
});

test("every failure of every action has words, without names of programs", () => {
  const problems = [invalid, { status: 404, error_type: "not_found" }, { status: 409, error_type: "already_completed" }, { status: 503, error_type: "database" }, { status: 504, error_type: "timeout" }, { status: 0, error_type: "unreachable_server" }, { status: 429, error_type: "too_many" }, { status: 413, error_type: "too_large" }, { status: 400, error_type: "bad_user" }, { status: 418, error_type: "_OTHER" }];
  for (const action of Object.keys(ACTIONS) as Action[]) {
    for (const problem of problems) {
      const words = inWords(action, problem);
      assert.match(words, /^[A-Z].*\.$/);
      assert.doesNotMatch(words, /HTTP|status|JSON|undefined|_|\d{3}/);
    }
  }
});

test("ratings are those of web.dev", () => {
  assert.deepEqual([rate("lcp", 2.5), rate("lcp", 4), rate("lcp", 4.1)], ["good", "needs-improvement", "poor"]);
  assert.deepEqual([rate("inp", 0.2), rate("inp", 0.5), rate("cls", 0.26)], ["good", "needs-improvement", "poor"]);
});
