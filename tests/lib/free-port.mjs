// Ports of loopback that nobody uses.
import { createServer } from "node:net";

export async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => listener.once("listening", listening));
  const { port } = listener.address();
  await new Promise((closed) => listener.close(closed));
  return port;
}

export const freeAddress = async () => `127.0.0.1:${await freePort()}`;
