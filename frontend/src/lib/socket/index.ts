export { type Liveness, SocketClient } from "./client";
export type { Frame } from "./state-machine";
