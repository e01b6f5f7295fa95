"use strict";

// Numbers and texts for people: each number with its unit.

const NONE = "–";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

// Three significant digits, without an exponent.
function digits(value, least = 0) {
  const size = Math.abs(value);
  const decimals = Math.max(least, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
}

// A number as it is: an integer in full.
function number(value) {
  if (!isNumber(value)) return NONE;
  return Number.isInteger(value) ? whole.format(value) : digits(value);
}

function rate(value) {
  if (!isNumber(value)) return NONE;
  return value === 0 ? "0 /s" : `${value < 0.01 ? "<0.01" : digits(value)} /s`;
}

function percent(ratio) {
  if (!isNumber(ratio)) return NONE;
  const value = ratio * 100;
  if (value === 0) return "0 %";
  if (value > 0 && value < 0.01) return "<0.01 %";
  // A ratio that is not all is never shown as all.
  if (value < 100 && value >= 99.95) return `${(Math.floor(value * 1000) / 1000).toFixed(3)} %`;
  return `${Number.isInteger(value) ? value : digits(value)} %`;
}

function duration(seconds) {
  if (!isNumber(seconds)) return NONE;
  if (seconds === 0) return "0 s";
  if (seconds < 0.000_999_5) return `${digits(seconds * 1e6)} µs`;
  if (seconds < 0.999_5) return `${digits(seconds * 1e3)} ms`;
  if (seconds < 59.95) return `${digits(seconds)} s`;
  return wholeDuration(seconds);
}

// In the two largest units, for ages and times left.
function wholeDuration(seconds) {
  if (!isNumber(seconds)) return NONE;
  let left = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [unit, size] of [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]]) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${whole.format(count)} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

function bytes(value) {
  if (!isNumber(value)) return NONE;
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let size = value;
  let at = 0;
  while (Math.abs(size) >= 1024 && at + 1 < units.length) {
    size /= 1024;
    at += 1;
  }
  return `${at === 0 ? number(size) : digits(size)} ${units[at]}`;
}

function amount(value, unit) {
  switch (unit) {
    case "bytes": return bytes(value);
    case "seconds": return duration(value);
    case "ratio": return percent(value);
    default: return unit ? `${number(value)} ${visible(unit, 40)}` : number(value);
  }
}

// `20 ms` where a cell of a table has `20.0 ms`.
const short = (text) => text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");

const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

function clock(time) {
  return isNumber(time) ? new Date(time * 1000).toLocaleTimeString("en-GB") : NONE;
}

// With the day, where that is not today.
function moment(time) {
  if (!isNumber(time)) return NONE;
  const date = new Date(time * 1000);
  const today = new Date().toDateString() === date.toDateString();
  return today ? clock(time) : `${date.toLocaleDateString("en-CA")} ${clock(time)}`;
}

const ago = (seconds) => (seconds < 1 ? "now" : `${wholeDuration(seconds)} ago`);

// Text of others: characters that cannot be seen, or that turn the direction of what follows, are written as escapes;
// what is longer than `most` is cut.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
function visible(text, most = Infinity) {
  const all = typeof text === "string" ? text : text === undefined || text === null ? "" : String(text);
  const cut = all.length > most ? `${all.slice(0, most)}…` : all;
  return cut.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}
