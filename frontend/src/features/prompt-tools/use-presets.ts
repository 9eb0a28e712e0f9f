import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import type { JobSubmit, Preset } from "@/api/types";
import { presetQuery } from "@/features/presets";
import { withoutParameters } from "@/lib/without-parameters";
import { useToast } from "@/ui/toast";
import type { AppliedStyle } from "./styles";

interface AppliedPreset {
  readonly label: string;
  readonly undo: () => void;
}

/** Settings that another page gives to the form, such as those of a model, and what they are called. */
interface GivenSettings {
  readonly label: string;
  readonly settings: Preset["settings"];
}

interface Form {
  readonly styles: readonly AppliedStyle[];
  readonly onStyles: (styles: readonly AppliedStyle[]) => void;
  /** Put the fields of a preset into the form; returns a function that restores the form. */
  readonly onPreset: (settings: JobSubmit) => () => void;
}

const applied = ({ id, name, prompt, negative_prompt: negativePrompt }: Preset): AppliedStyle => ({
  id,
  name,
  prompt,
  negativePrompt,
});

/** Return the presets that were applied to the form, and the functions that apply and remove them. */
export function usePresets(form: Form) {
  const [presets, setPresets] = useState<readonly AppliedPreset[]>([]);
  const latest = useRef(form);
  latest.current = form;
  const applySettings = useCallback(({ label, settings }: GivenSettings) => {
    const undo = latest.current.onPreset(settings as JobSubmit);
    setPresets((before) => [...before.filter((one) => one.label !== label), { label, undo }]);
  }, []);
  const apply = useCallback(
    (preset: Preset) => {
      const { styles, onStyles } = latest.current;
      if (preset.kind === "preset")
        applySettings({ label: `Preset: ${preset.name}`, settings: preset.settings });
      else onStyles([...styles.filter(({ id }) => id !== preset.id), applied(preset)]);
    },
    [applySettings],
  );
  const toggle = useCallback(
    (preset: Preset) => {
      const { styles, onStyles } = latest.current;
      const isApplied = preset.kind === "style" && styles.some(({ id }) => id === preset.id);
      if (isApplied) onStyles(styles.filter(({ id }) => id !== preset.id));
      else apply(preset);
    },
    [apply],
  );
  const remove = (preset: AppliedPreset) => {
    preset.undo();
    setPresets(presets.filter((one) => one !== preset));
  };
  usePresetOfAddress(apply);
  useGivenSettings(applySettings);
  return { presets, toggle, remove };
}

/** Apply the preset that the address names, once: `?preset=3`. */
function usePresetOfAddress(apply: (preset: Preset) => void): void {
  const [query, setQuery] = useSearchParams();
  const client = useQueryClient();
  const toast = useToast();
  const text = query.get("preset");
  useEffect(() => {
    if (text === null) return;
    let isCurrent = true;
    client
      .fetchQuery(presetQuery(Number(text) || 0))
      .then((preset) => {
        if (!isCurrent) return;
        apply(preset);
        toast({ message: `“${preset.name}” applied`, severity: "success" });
      })
      .catch((error: unknown) =>
        isCurrent ? toast({ message: messageOf(error), severity: "error" }) : undefined,
      )
      .finally(() => (isCurrent ? setQuery(withoutParameters("preset"), { replace: true }) : undefined));
    return () => {
      isCurrent = false;
    };
  }, [text, client, apply, toast, setQuery]);
}

/** Apply the settings that the navigation carries, once. */
function useGivenSettings(apply: (given: GivenSettings) => void): void {
  const { state } = useLocation() as { state: { readonly settings?: GivenSettings } | null };
  const navigate = useNavigate();
  const given = state?.settings;
  useEffect(() => {
    if (given === undefined) return;
    apply(given);
    void navigate(".", { replace: true, state: null });
  }, [given, apply, navigate]);
}
