// The service: asking it, and the stream of what it tells. Addresses are relative, so that the page also works behind a
// proxy that serves it below a path.

const TOKEN = "goldsignal-token";
// Without a word for as long, the stream is taken for dead, in milliseconds. It tells something every two seconds.
const SILENCE = 8_000;
// A tab that nobody looks at gives its stream back after as long.
const UNWATCHED = 5 * 60_000;
// A message beyond this is nothing that the service writes, in characters.
const LONGEST = 64 << 20;

class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

const token = {
  get() {
    try {
      return sessionStorage.getItem(TOKEN) ?? this.kept;
    } catch {
      return this.kept;
    }
  },
  set(value) {
    this.kept = value;
    try {
      sessionStorage.setItem(TOKEN, value);
    } catch {
      // Then only this document knows it.
    }
  },
  kept: null,
};

async function ask(path, { accept = "application/json", ...options } = {}) {
  const headers = { accept, ...options.headers };
  if (token.get()) headers.authorization = `Bearer ${token.get()}`;
  const response = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
  if (response.ok) return response;
  throw new Refused(response.status, (await response.text()).trim().slice(0, 1000));
}

const askJson = async (path) => (await ask(path)).json();

// The events of a stream, as [name, text].
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    for (let end; (end = rest.indexOf("\n\n")) >= 0; rest = rest.slice(end + 2)) {
      const lines = rest.slice(0, end).split("\n");
      const name = lines.find((text) => text.startsWith("event:"))?.slice(6).trim() ?? "message";
      const data = lines.filter((text) => text.startsWith("data:")).map((text) => text.slice(5).trim()).join("\n");
      yield [name, data];
    }
    if (rest.length > LONGEST) throw new Error("a message of the service is too long");
  }
}

// Reads the stream for as long as the page is there. `told` has a function for each event, `opened` for a new stream, and
// `state` for what became of it: connecting, live, lost, token, refused, full.
class Stream {
  constructor(told) {
    this.told = told;
    this.stopped = null;
    document.addEventListener("visibilitychange", () => this.watch());
  }

  watch() {
    clearTimeout(this.leaving);
    if (document.hidden) this.leaving = setTimeout(() => this.leave(), UNWATCHED);
    else if (this.left) this.start();
  }

  leave() {
    this.left = true;
    this.stopped?.abort();
    this.told.state("lost", "This tab was not looked at for five minutes.");
  }

  async start() {
    this.left = false;
    if (this.running) return;
    this.running = true;
    for (let wait = 0; !this.left; wait = Math.min(wait ? wait * 2 : 1, 10)) {
      const heard = await this.once(wait).catch((error) => this.failed(error));
      if (heard === "stop") break;
      // A stream that told something and ended is no fault: the next one follows soon.
      if (heard === true) wait = 0;
      await new Promise((over) => setTimeout(over, (heard === true ? 1 : Math.max(wait, 1)) * 1000));
    }
    this.running = false;
  }

  // One stream to its end. True if it told something.
  async once() {
    const stop = (this.stopped = new AbortController());
    let heard = false;
    let silence;
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENCE);
    };
    try {
      alive();
      const response = await ask("api/v1/stream", { accept: "text/event-stream", signal: stop.signal });
      await this.told.opened();
      for await (const [name, data] of events(response.body)) {
        alive();
        if (!heard) this.told.state("live");
        heard = true;
        this.told[name]?.(JSON.parse(data));
      }
    } catch (error) {
      if (!heard || error instanceof Refused) throw error;
      console.debug("the stream ended", error);
      if (stop.signal.aborted) this.told.state("lost", "");
    } finally {
      clearTimeout(silence);
    }
    return heard;
  }

  failed(error) {
    if (error instanceof Refused && error.status === 401) {
      this.told.state("token", token.get() ? "That token is not the right one." : "");
      return "stop";
    }
    if (error instanceof Refused && error.status === 503) this.told.state("full", error.message);
    else if (error instanceof Refused) this.told.state("refused", error.message);
    else this.told.state("lost", "");
    return false;
  }
}
