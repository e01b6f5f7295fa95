// Puts beside the server what it serves and what starts it, so that the folder .next/standalone is all that is deployed.

import { cpSync } from "node:fs";

const built = new URL("../.next/", import.meta.url);
cpSync(new URL("static", built), new URL("standalone/.next/static", built), { recursive: true });
cpSync(new URL("../public", built), new URL("standalone/public", built), { recursive: true });
cpSync(new URL("main.mjs", import.meta.url), new URL("standalone/main.mjs", built));
