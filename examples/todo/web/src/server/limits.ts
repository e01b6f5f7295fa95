// How often pages may report: at most so many a second over all, and fewer from one address.

/** A token bucket: `burst` at once, then `rate` a second. */
export class Bucket {
  private tokens: number;
  private filled = 0;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
  ) {
    this.tokens = burst;
  }

  /** Takes a token at the time `now`, in milliseconds, if there is one. */
  take(now: number): boolean {
    const gained = (Math.max(0, now - this.filled) / 1000) * this.rate;
    this.tokens = Math.min(this.burst, this.tokens + gained);
    this.filled = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

const SLOTS = 256;

/**
 * A bucket for all and one for each address. Addresses share a fixed number of buckets by their hash, so that no client makes
 * the table grow.
 */
export class Limits {
  private readonly all: Bucket;
  private readonly each: readonly Bucket[];

  constructor(rate: number, rateOfOne: number) {
    this.all = new Bucket(rate, 2 * rate);
    this.each = Array.from({ length: SLOTS }, () => new Bucket(rateOfOne, 4 * rateOfOne));
  }

  take(address: string, now = performance.now()): boolean {
    const own = this.each[hash(address) % SLOTS];
    return own !== undefined && own.take(now) && this.all.take(now);
  }
}

/** FNV-1a of the characters. */
function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length && at < 64; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

/** The address that the nearest proxy saw; without a proxy, Next.js sets the header itself. */
export function address(headers: Headers): string {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
}
