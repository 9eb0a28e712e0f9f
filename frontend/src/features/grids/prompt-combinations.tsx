import Button from "@mui/material/Button";
import { useMutation } from "@tanstack/react-query";
import { Dices } from "lucide-react";
import { api, unwrap } from "@/api/client";
import { messageOf } from "@/api/problem";
import { useToast } from "@/ui/toast";
import { textOf } from "./values";

interface PromptCombinationsProps {
  /** The prompt of the form. */
  readonly prompt: string;
  readonly onChange: (values: string) => void;
}

/** As many as an axis may have. */
const MOST = 1000;
const IS_DYNAMIC = /\{[^}]*\}|__[\w/-]+__/;

/** Fills an axis with all prompts that the choices and wildcards of the form's prompt can draw. */
export function PromptCombinations({ prompt, onChange }: PromptCombinationsProps) {
  const toast = useToast();
  const combine = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/wildcards/preview", {
          body: { prompt, negative_prompt: "", seed: 0, count: 1, combinations: MOST },
        }),
      ),
    onSuccess: ({ combinations }) => {
      if (combinations === null) return;
      onChange(textOf(combinations.items));
      if (!combinations.is_complete)
        toast({
          message: `The prompt has more combinations; these are the first ${MOST}.`,
          severity: "warning",
        });
    },
    onError: (error) => toast({ message: messageOf(error), severity: "error" }),
  });
  if (!IS_DYNAMIC.test(prompt)) return null;
  return (
    <Button
      size="small"
      startIcon={<Dices size={15} aria-hidden />}
      loading={combine.isPending}
      onClick={() => combine.mutate()}
      sx={{ justifySelf: "start" }}
    >
      All combinations of the prompt
    </Button>
  );
}
