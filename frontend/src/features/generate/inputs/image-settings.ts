/** What a submission does with images: the settings of the form, and the fields of the request. */
import type { Job, JobSubmit } from "@/api/types";
import { parseReference, type Reference } from "@/features/inputs";
import type { GenerateSettings } from "../settings";

export type Resize = "crop" | "fit" | "stretch";
export type MaskMode = "preserve" | "fill";
export type ControlType = NonNullable<NonNullable<JobSubmit["control"]>[number]["type"]>;

export interface Extend {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly feather: number;
}

export interface SourceChoice {
  readonly image: Reference;
  readonly resize: Resize;
  readonly mask: Reference | null;
  readonly maskMode: MaskMode;
  readonly maskGrow: number;
  readonly maskFeather: number;
  /** Null: the source is not extended. Cannot be combined with a mask. */
  readonly extend: Extend | null;
}

export interface ReferenceChoice {
  readonly image: Reference;
  readonly strength: number;
}

export interface ControlChoice {
  /** Null until one is chosen. */
  readonly image: Reference | null;
  readonly model: string | null;
  readonly type: ControlType;
  readonly preprocessor: "none" | "canny";
  readonly strength: number;
  readonly start: number;
  readonly end: number;
}

export interface HiresChoice {
  readonly scale: number;
  readonly method: "latent" | "model";
  readonly upscaleModel: string | null;
  readonly denoise: number;
}

export interface RefinerChoice {
  readonly model: string;
  readonly switchAt: number;
}

export interface ImageSettings {
  readonly source: SourceChoice | null;
  readonly references: readonly ReferenceChoice[];
  readonly control: readonly ControlChoice[];
  readonly hires: HiresChoice | null;
  readonly vae: string | null;
  /** 1 uses the last layer of the text encoder. */
  readonly clipSkip: number;
  readonly refiner: RefinerChoice | null;
}

export const NO_IMAGES: ImageSettings = {
  source: null,
  references: [],
  control: [],
  hires: null,
  vae: null,
  clipSkip: 1,
  refiner: null,
};

/** The settings that the panel of images shows. */
export type PanelSettings = Pick<GenerateSettings, "images" | "width" | "height" | "denoise" | "checkpoint">;

export const MAX_REFERENCES = 4;
export const MAX_CONTROLS = 3;
export const SOURCE_STRENGTH = 0.6;
const NO_EXTENT = { left: 0, top: 0, right: 0, bottom: 0, feather: 40 } as const;

export const sourceOf = (image: Reference): SourceChoice => ({
  image,
  resize: "crop",
  mask: null,
  maskMode: "preserve",
  maskGrow: 6,
  maskFeather: 8,
  extend: null,
});

export const noExtent = (): Extend => ({ ...NO_EXTENT });

export const FIRST_HIRES: HiresChoice = { scale: 1.5, method: "latent", upscaleModel: null, denoise: 0.55 };

export const newControl = (): ControlChoice => ({
  image: null,
  model: null,
  type: "auto",
  preprocessor: "none",
  strength: 0.8,
  start: 0,
  end: 1,
});

/**
 * Return the control layers as a checkpoint takes them: one that reads maps itself has no ControlNet to choose
 * and no strength. The same array if nothing changes.
 */
export function fittedControl(
  control: readonly ControlChoice[],
  maps: readonly string[],
): readonly ControlChoice[] {
  if (maps.length === 0) return control;
  const isFitted = (one: ControlChoice) =>
    one.model === null &&
    one.strength === 1 &&
    one.start === 0 &&
    one.end === 1 &&
    (one.type === "auto" || maps.includes(one.type)) &&
    (one.preprocessor === "none" || maps.includes("canny"));
  if (control.every(isFitted)) return control;
  return control.map(({ image, type, preprocessor }) => ({
    ...newControl(),
    image,
    strength: 1,
    type: maps.includes(type) ? type : "auto",
    preprocessor: maps.includes("canny") ? preprocessor : "none",
  }));
}

type ImageFields = Pick<
  JobSubmit,
  "source" | "references" | "control" | "hires" | "vae" | "clip_skip" | "refiner"
>;

/** Return the fields of the request; none for text to image. */
export function imageFieldsOf(images: ImageSettings): Partial<ImageFields> {
  const { source, references, control, hires, vae, clipSkip, refiner } = images;
  return {
    ...(source === null ? {} : { source: sourceFieldOf(source) }),
    ...(references.length === 0 ? {} : { references: references.map((one) => ({ ...one })) }),
    ...(control.length === 0 ? {} : { control: control.flatMap(controlFieldOf) }),
    ...(hires === null ? {} : { hires: hiresFieldOf(hires) }),
    ...(vae === null ? {} : { vae }),
    ...(clipSkip === 1 ? {} : { clip_skip: clipSkip }),
    ...(refiner === null ? {} : { refiner: { model: refiner.model, switch_at: refiner.switchAt } }),
  } as Partial<ImageFields>;
}

function sourceFieldOf(source: SourceChoice) {
  const { image, resize, mask, extend } = source;
  const isExtended = extend !== null && extend.left + extend.top + extend.right + extend.bottom > 0;
  return {
    image,
    resize,
    ...(mask === null
      ? {}
      : {
          mask,
          mask_mode: source.maskMode,
          mask_grow_px: source.maskGrow,
          mask_feather_px: source.maskFeather,
        }),
    ...(isExtended
      ? {
          extend: {
            left: extend.left,
            top: extend.top,
            right: extend.right,
            bottom: extend.bottom,
            feather_px: extend.feather,
          },
        }
      : {}),
  };
}

/** A layer without an image is not sent; some checkpoints read one without a ControlNet. */
function controlFieldOf({ image, model, ...rest }: ControlChoice) {
  return image === null ? [] : [{ ...rest, image, model: model ?? "" }];
}

const hiresFieldOf = ({ scale, method, upscaleModel, denoise }: HiresChoice) => ({
  scale,
  method,
  denoise,
  ...(method === "model" ? { upscale_model: upscaleModel } : {}),
});

/** Return the settings of a submission or of a job, which have the same fields. */
export function imageSettingsOf(fields: Partial<ImageFields> | Job): ImageSettings {
  const { source, hires, refiner } = fields;
  return parseImages({
    source: source && {
      image: source.image,
      resize: source.resize,
      mask: source.mask,
      maskMode: source.mask_mode,
      maskGrow: source.mask_grow_px,
      maskFeather: source.mask_feather_px,
      extend: source.extend && { ...source.extend, feather: source.extend.feather_px },
    },
    references: fields.references,
    control: fields.control,
    hires: hires && { ...hires, upscaleModel: hires.upscale_model },
    vae: fields.vae,
    clipSkip: fields.clip_skip,
    refiner: refiner && { model: refiner.model, switchAt: refiner.switch_at },
  });
}

/** Read settings from JSON of any version: what cannot be read is left out. */
export function parseImages(value: unknown): ImageSettings {
  const stored = recordOf(value);
  const source = recordOf(stored.source);
  const image = parseReference(source.image);
  const hires = recordOf(stored.hires);
  const refiner = recordOf(stored.refiner);
  return {
    source: image === null ? null : filled({ ...sourceOf(image), ...parseSource(source) }, source),
    references: listOf(stored.references).flatMap((one) => {
      const reference = parseReference(one.image);
      return reference === null ? [] : [filled({ image: reference, strength: 1 }, one)];
    }),
    control: listOf(stored.control).map((one) =>
      filled({ ...newControl(), image: parseReference(one.image), model: textOf(one.model) }, one),
    ),
    hires:
      typeof hires.scale === "number"
        ? filled({ ...FIRST_HIRES, upscaleModel: textOf(hires.upscaleModel) }, hires)
        : null,
    vae: textOf(stored.vae),
    clipSkip: typeof stored.clipSkip === "number" ? stored.clipSkip : 1,
    refiner:
      typeof refiner.model === "string" ? filled({ model: refiner.model, switchAt: 0.8 }, refiner) : null,
  };
}

function parseSource(source: Record<string, unknown>): Pick<SourceChoice, "mask" | "extend"> {
  const isExtended = typeof source.extend === "object" && source.extend !== null;
  return {
    mask: parseReference(source.mask),
    extend: isExtended ? filled(noExtent(), recordOf(source.extend)) : null,
  };
}

/** Return defaults with the stored texts and numbers of the same types; the rest of `defaults` is kept. */
function filled<T extends object>(defaults: T, stored: Record<string, unknown>): T {
  const simple = Object.entries(defaults).flatMap(([key, value]) => {
    const found = stored[key];
    const isSimple = typeof value === "number" || typeof value === "string";
    return isSimple && typeof found === typeof value ? [[key, found] as const] : [];
  });
  return { ...defaults, ...Object.fromEntries(simple) };
}

const recordOf = (value: unknown): Record<string, unknown> =>
  (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((one) => recordOf(one)) : [];

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
