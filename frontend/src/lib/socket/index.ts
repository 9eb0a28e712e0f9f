export { type Liveness, resumeRefusedSockets, SocketClient } from "./client";
export type { Frame } from "./state-machine";
