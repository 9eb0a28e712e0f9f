/** The values of a preset: which can be edited and added, and how they are changed. */
import { partsOf } from "./settings-parts";

export type Settings = Readonly<Record<string, unknown>>;
type Changed = Record<string, unknown>;

/** Where the options of a value come from. */
export type Options = "models" | "samplers" | "schedulers" | "vaes";

interface Field {
  readonly label: string;
  /** Of a value that is added and that the form does not have. */
  readonly first: number | string;
  readonly options?: Options;
}

/** Single values that can be edited, by their path, in the order of the form. */
export const FIELDS: Readonly<Record<string, Field>> = {
  checkpoint_model: { label: "Model", first: "", options: "models" },
  width: { label: "Width", first: 1024 },
  height: { label: "Height", first: 1024 },
  "params.steps": { label: "Steps", first: 25 },
  "params.cfg": { label: "CFG", first: 7 },
  "params.sampler_name": { label: "Sampler", first: "euler", options: "samplers" },
  "params.scheduler": { label: "Scheduler", first: "normal", options: "schedulers" },
  "params.seed": { label: "Seed", first: 0 },
  "params.denoise": { label: "Denoise", first: 1 },
  vae: { label: "VAE", first: "", options: "vaes" },
  clip_skip: { label: "CLIP skip", first: 2 },
};

export interface Lora {
  readonly name: string;
  /** Empty while a number is typed. */
  readonly strength_model: number | "";
  readonly strength_clip: number | "";
}

/** One line of the editor. */
export interface Row {
  readonly path: string;
  readonly label: string;
  /** The fields on the line; none for a value that can only be removed. */
  readonly fields: readonly string[];
}

export const LORAS = "lora_models";

const isRecord = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Return the value at a path such as `params.steps`. */
export const valueAt = (settings: Settings, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), settings);

/** Return the settings with another value at a path; undefined removes it, and `params` with its last value. */
export function withValue(settings: Settings, path: string, value: unknown): Changed {
  const [first = "", second] = path.split(".");
  const { [first]: before, ...others } = settings;
  if (second === undefined) return value === undefined ? others : { ...settings, [first]: value };
  const { [second]: _replaced, ...rest } = isRecord(before) ? before : {};
  const inner = value === undefined ? rest : { ...rest, [second]: value };
  return Object.keys(inner).length === 0 ? others : { ...settings, [first]: inner };
}

/** Return the lines for what a preset sets, those that cannot be edited last. Width and height are one. */
export function rowsOf(settings: Settings): Row[] {
  const isSet = (path: string) => (valueAt(settings, path) ?? null) !== null;
  const single = Object.entries(FIELDS).flatMap(([path, { label }]): Row[] => {
    if (path === "height") return [];
    const fields = path === "width" ? ["width", "height"] : [path];
    return fields.some(isSet) ? [{ path, label: path === "width" ? "Size" : label, fields }] : [];
  });
  const others = partsOf(settings).filter(({ path }) => FIELDS[path] === undefined);
  return [...single, ...others.map(({ path, label }) => ({ path, label, fields: [] }))];
}

export const lorasOf = (settings: Settings): readonly Lora[] =>
  Array.isArray(settings.lora_models)
    ? settings.lora_models.filter(isRecord).map((one) => one as unknown as Lora)
    : [];

/** Return the settings with other LoRAs; without any the preset sets none. */
export const withLoras = (settings: Settings, loras: readonly Lora[]): Changed =>
  withValue(settings, LORAS, loras.length === 0 ? undefined : loras);

export interface Addition {
  readonly label: string;
  readonly add: (settings: Settings) => Changed;
}

/** Return what can be added: values with those of the form, if there is one, and what only the form has. */
export function additionsOf(settings: Settings, form: Settings | null): Addition[] {
  const present = new Set(rowsOf(settings).flatMap(({ path, fields }) => [path, ...fields]));
  const single = Object.entries(FIELDS)
    .filter(([path]) => path !== "height" && !present.has(path))
    .map(([path, { label, first }]): Addition => {
      const start = (of: string, otherwise: unknown) => valueAt(form ?? {}, of) ?? otherwise;
      if (path !== "width") return { label, add: (to) => withValue(to, path, start(path, first)) };
      const add = (to: Settings) =>
        withValue(withValue(to, "width", start("width", first)), "height", start("height", first));
      return { label: "Size", add };
    });
  const others = rowsOf(form ?? {})
    .filter(({ path }) => FIELDS[path] === undefined && !present.has(path))
    .map(
      ({ path, label }): Addition => ({
        label: `${path === LORAS ? "LoRAs" : label} of the form`,
        add: (to) => withValue(to, path, valueAt(form ?? {}, path)),
      }),
    );
  return [...single, ...others];
}

/** Return the JSON merge patch (RFC 7396) that makes `after` of `before`. */
export function patchOf(before: Settings, after: Settings): Changed {
  const removed = Object.keys(before).filter((key) => after[key] === undefined);
  const changed = Object.entries(after).flatMap(([key, value]): [string, unknown][] => {
    const was = before[key];
    if (isRecord(was) && isRecord(value)) {
      const inner = patchOf(was, value);
      return Object.keys(inner).length === 0 ? [] : [[key, inner]];
    }
    return JSON.stringify(was) === JSON.stringify(value) ? [] : [[key, value]];
  });
  return Object.fromEntries([...removed.map((key): [string, unknown] => [key, null]), ...changed]);
}
