import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import type { Content } from "@/api/types";
import { type GenerateSettings, settingsOfContent } from "./settings";

/** Settings that another page gives to the form, such as those of a dropped file. */
interface Given {
  readonly given?: Pick<Content, "prompt" | "negative_prompt" | "checkpoint_model" | "metadata">;
}

/** Fill the form with the settings that the navigation carries, once. */
export function useGivenSettings(
  fill: (update: (current: GenerateSettings) => GenerateSettings) => void,
): void {
  const { state } = useLocation() as { state: Given | null };
  const navigate = useNavigate();
  const given = state?.given;
  useEffect(() => {
    if (given === undefined) return;
    fill((current) => {
      const { width, height } = current;
      return settingsOfContent({ width, height, ...given } as Content, current);
    });
    void navigate(".", { replace: true, state: null });
  }, [given, fill, navigate]);
}
