import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import type { JobSubmit } from "@/api/types";
import { gridQuery } from "@/features/grids";
import { withoutParameters } from "@/lib/without-parameters";
import { useToast } from "@/ui/toast";
import { type GenerateSettings, settingsOfSubmit, submitOf } from "./settings";

/** Opens the dialog with the axes of a grid, once the form has its settings. */
export const AXES_OF = "axes";

/** Fill the form with what the cells of the grid in `?grid=` share, and open the dialog with its axes. */
export function useGivenGrid(fill: (settings: GenerateSettings) => void): void {
  const [query, setQuery] = useSearchParams();
  const client = useQueryClient();
  const toast = useToast();
  const given = query.get("grid");
  useEffect(() => {
    if (given === null) return;
    let isCurrent = true;
    client
      .fetchQuery(gridQuery(Number(given)))
      .then((grid) => {
        if (!isCurrent) return;
        const request = grid.request as JobSubmit;
        const settings = settingsOfSubmit(request);
        fill(settings);
        const lost = lostIn(request, submitOf(settings));
        if (lost.length > 0)
          toast({ message: `The form cannot show these settings: ${lost.join(", ")}`, severity: "warning" });
        setQuery({ [AXES_OF]: given }, { replace: true });
      })
      .catch((error: unknown) => {
        toast({ message: messageOf(error), severity: "error" });
        if (isCurrent) setQuery(withoutParameters("grid"), { replace: true });
      });
    return () => {
      isCurrent = false;
    };
  }, [given, client, fill, setQuery, toast]);
}

/** The operation of a submission that names none. */
const PLAIN = "generate";

/** Return the fields of a request that the form does not have. */
export function lostIn(request: JobSubmit, kept: JobSubmit): string[] {
  return Object.entries(request).flatMap(([name, value]) =>
    isEmpty(value) || value === PLAIN || !isEmpty(kept[name as keyof JobSubmit]) ? [] : [name],
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  value === false ||
  (Array.isArray(value) && value.length === 0);
