/** Short names for the API's types. */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;

export type Job = Schemas["JobView"];
export type JobStatus = Schemas["JobStatus"];
export type JobStats = Schemas["JobStatsView"];
export type JobSubmit = Schemas["JobSubmit"];
export type JobListQuery = Query<"/api/v1/generation-jobs">;
export type Content = Schemas["ContentView"];
export type ContentPatch = Schemas["ContentPatch"];
export type ContentListQuery = Query<"/api/v1/content">;
