import type { Batch, Collection, Content, Job, Me, Model, Notification } from "@/api/types";
import { toBatchJob } from "@/features/jobs/feed";

/** Return a queued job with some fields replaced. */
export function makeJob(changes: Partial<Job> = {}): Job {
  const id = changes.id ?? 1;
  const at = "2026-01-01T00:00:00Z";
  return {
    id,
    user_id: "0a0a0a0a-0000-4000-8000-000000000001",
    job_type: "image",
    status: "queued",
    prompt: "a lighthouse at dusk",
    negative_prompt: "",
    prompt_template: null,
    negative_prompt_template: null,
    checkpoint_model: "sd15.safetensors",
    lora_models: [],
    width: 512,
    height: 512,
    batch_size: 1,
    batch_id: `batch-${id}`,
    batch_job_ids: [id],
    params: { seed: 42, steps: 20, cfg: 7, sampler_name: "euler", scheduler: "normal", denoise: 1 },
    operation: "generate",
    source: null,
    references: [],
    control: [],
    hires: null,
    upscale: null,
    vae: null,
    clip_skip: null,
    refiner: null,
    workflow: null,
    workflow_version_id: null,
    inputs: null,
    content_id: null,
    content_ids: [],
    picture: null,
    arq_job_id: null,
    comfyui_prompt_id: null,
    backend: null,
    attempt: 0,
    seq: 1,
    progress: null,
    node: null,
    step: null,
    steps: null,
    waiting_reason: null,
    queue_position: null,
    estimated_wait_seconds: null,
    cancel_requested_at: null,
    error_code: null,
    error_message: null,
    created_at: at,
    queued_at: at,
    started_at: null,
    completed_at: null,
    updated_at: at,
    ...changes,
  };
}

/** Return a submission with one job for each of the changes; ended when all of them are. */
export function makeBatch(id: string, jobs: readonly Partial<Job>[], changes: Partial<Batch> = {}): Batch {
  const made = jobs.map((job, index) => makeJob({ id: index + 1, batch_id: id, ...job }));
  const { params, ...first } = made[0] ?? makeJob();
  const { seed, ...shared } = params;
  const ends = made.map((job) => job.completed_at);
  return {
    id,
    user_id: first.user_id,
    username: "anna",
    created_at: first.created_at,
    ended_at: ends.includes(null) ? null : (ends.toSorted().at(-1) ?? null),
    size: made.length,
    total: made.length,
    counts: {},
    progress: null,
    job_type: first.job_type,
    prompt: first.prompt,
    negative_prompt: first.negative_prompt,
    checkpoint_model: first.checkpoint_model,
    lora_models: first.lora_models,
    width: first.width,
    height: first.height,
    params: shared,
    operation: first.operation,
    source: first.source,
    references: first.references,
    control: first.control,
    hires: first.hires,
    upscale: first.upscale,
    vae: first.vae,
    clip_skip: first.clip_skip,
    refiner: first.refiner,
    workflow: first.workflow,
    inputs: first.inputs,
    jobs: made.map((job, index) => ({ ...toBatchJob(job), seed: seed + index })),
    ...changes,
  };
}

/** Return the changes of a job that made an image. */
export const done = (contentId: number, at = "2026-01-01T00:01:00Z"): Partial<Job> => ({
  status: "completed",
  attempt: 1,
  seq: 9,
  content_id: contentId,
  content_ids: [contentId],
  picture: {
    image_url: `/api/v1/content/${contentId}/image`,
    thumbnails: [],
    placeholder: "",
    width: 512,
    height: 512,
  },
  completed_at: at,
});

/** Return a square image of the current user. */
export function makeContent(changes: Partial<Content> = {}): Content {
  const id = changes.id ?? 1;
  const at = "2026-01-01T00:00:00Z";
  return {
    id,
    job_id: id,
    output_index: 0,
    content_type: "image",
    workflow_id: null,
    title: "a lighthouse at dusk",
    prompt: "a lighthouse at dusk",
    negative_prompt: "",
    checkpoint_model: "sd15.safetensors",
    visibility: "private",
    tags: [],
    my_rating: null,
    is_favourite: false,
    rating_average: null,
    rating_count: 0,
    metadata: {},
    width: 512,
    height: 512,
    size_bytes: 100_000,
    mime: "image/png",
    sha256: "0".repeat(64),
    duration_seconds: null,
    frame_rate: null,
    text: null,
    placeholder: "",
    creator: { id: "0a0a0a0a-0000-4000-8000-000000000001", username: "local" },
    is_mine: true,
    file_url: `/api/v1/content/${id}/file`,
    image_url: `/api/v1/content/${id}/image`,
    thumbnails: [],
    created_at: at,
    updated_at: at,
    deleted_at: null,
    ...changes,
  };
}

/** Return the local administrator. */
export function makeMe(changes: Partial<Me> = {}): Me {
  return {
    id: "0a0a0a0a-0000-4000-8000-000000000001",
    username: "local",
    email: null,
    role: "admin",
    has_password: false,
    auth_mode: "single-user",
    via: "local",
    scopes: ["read", "generate", "manage"],
    session_id: null,
    may_add_workflows: true,
    preferences: { notifications_enabled: false, theme: "system" },
    created_at: "2026-01-01T00:00:00Z",
    last_login_at: null,
    ...changes,
  };
}

export function makeNotification(changes: Partial<Notification> = {}): Notification {
  return {
    id: 1,
    user_id: "0a0a0a0a-0000-4000-8000-000000000001",
    title: "Your image is ready",
    message: "a lighthouse at dusk",
    notification_type: "job_completed",
    read_status: false,
    related_job_id: 1,
    related_content_id: 1,
    created_at: "2026-01-01T00:00:00Z",
    read_at: null,
    ...changes,
  };
}

type Abilities = NonNullable<Model["abilities"]>;

export function makeAbilities(changes: Partial<Abilities> = {}): Abilities {
  return {
    text_to_image: true,
    source: true,
    mask: true,
    extend: true,
    hires: true,
    control: true,
    reads_control: [],
    references: 0,
    is_edit: false,
    refiner: false,
    clip_skip: true,
    step_px: 8,
    ...changes,
  };
}

export function makeModel(changes: Partial<Model> = {}): Model {
  const at = "2026-01-01T00:00:00Z";
  return {
    is_favourite: false,
    id: 1,
    folder: "checkpoints",
    name: "sd15.safetensors",
    display_name: "sd15",
    kind: "checkpoint",
    architecture: "sd1",
    ambiguous_between: [],
    variant: "",
    precision: "fp16",
    size_bytes: 2_000_000_000,
    sha256: null,
    autov2: null,
    autov3: null,
    trigger_words: [],
    vectors: null,
    preview: null,
    enabled: true,
    available: true,
    available_on: ["default"],
    unavailable_since: null,
    source: "comfyui",
    evidence: [],
    conflicts: [],
    health: [],
    compatibility: null,
    defaults: null,
    abilities: null,
    is_corrected: false,
    notes: "",
    first_seen_at: at,
    updated_at: at,
    ...changes,
  };
}

export function makeCollection(changes: Partial<Collection> = {}): Collection {
  return {
    id: 1,
    name: "Foxes",
    description: "",
    parent_id: null,
    is_smart: false,
    filter: null,
    owner: { id: "0a0a0a0a-0000-4000-8000-000000000001", username: "local" },
    role: "owner",
    item_count: 2,
    collection_count: 0,
    member_count: 0,
    has_link: false,
    cover: null,
    cover_content_id: null,
    images: [],
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    archived_at: null,
    ...changes,
  };
}
