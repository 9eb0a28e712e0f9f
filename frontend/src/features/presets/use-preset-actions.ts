import { ApiError, messageOf } from "@/api/problem";
import type { Preset, PresetPatch } from "@/api/types";
import { saveJson } from "@/lib/save-json";
import { useToast } from "@/ui/toast";
import { exportOf, fileNameOf } from "./preset-file";
import {
  type NewPreset,
  useChangePreset,
  useCreatePreset,
  useDeletePreset,
  useRestorePreset,
} from "./queries";

const MOST_COPIES = 20;
/** As in the API. */
export const MAX_NAME = 120;

/** Return the names that a copy may get, the best first. */
function* namesOfCopies(name: string): Generator<string> {
  const short = name.slice(0, MAX_NAME - 10);
  yield `${short} copy`;
  for (let number = 2; number <= MOST_COPIES; number += 1) yield `${short} copy ${number}`;
}

const isTaken = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

function fieldsOf(preset: Preset): NewPreset {
  const { kind, name, description, prompt, negative_prompt, settings, is_shared, cover_content_id } = preset;
  return { kind, name, description, prompt, negative_prompt, settings, is_shared, cover_content_id };
}

/** Return what can be done with a preset; toasts say what happened and offer to undo it. */
export function usePresetActions(preset: Preset) {
  const { mutateAsync: create } = useCreatePreset();
  const { mutateAsync: change } = useChangePreset();
  const { mutateAsync: remove } = useDeletePreset();
  const { mutateAsync: restore } = useRestorePreset();
  const toast = useToast();
  const { id, name } = preset;
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const undoDelete = () => void restore(id).catch(onError);
  const patch = (to: PresetPatch, from: PresetPatch, message: string) => {
    const undo = () => void change({ id, patch: from }).catch(onError);
    change({ id, patch: to })
      .then(() => toast({ message, severity: "success", action: { label: "Undo", run: undo } }))
      .catch(onError);
  };
  const duplicate = async (): Promise<void> => {
    for (const copy of namesOfCopies(name)) {
      try {
        await create({ ...fieldsOf(preset), name: copy, is_shared: false });
        return toast({ message: `Saved as “${copy}”`, severity: "success" });
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
    }
    throw new Error(`There are ${MOST_COPIES} copies of “${name}”. Rename or delete some first.`);
  };
  return {
    delete: () => {
      remove(id)
        .then(() => toast({ message: `“${name}” deleted`, action: { label: "Undo", run: undoDelete } }))
        .catch(onError);
    },
    duplicate: () => void duplicate().catch(onError),
    share: () =>
      patch(
        { is_shared: !preset.is_shared },
        { is_shared: preset.is_shared },
        preset.is_shared ? `“${name}” is private now` : `“${name}” is shared with all users now`,
      ),
    setCover: (contentId: number | null) =>
      patch(
        { cover_content_id: contentId },
        { cover_content_id: preset.cover_content_id },
        contentId === null ? `Cover of “${name}” removed` : `Cover of “${name}” changed`,
      ),
    setSettings: (settings: Preset["settings"]) =>
      patch({ settings }, { settings: preset.settings }, `“${name}” has the settings of the form now`),
    export: () => saveJson(exportOf([preset]), fileNameOf(preset)),
  };
}
