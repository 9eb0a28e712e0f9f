import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useChangeContent } from "@/features/content";
import { useToast } from "@/ui/toast";

/** Shares an image with all users or makes it private. */
export function VisibilitySwitch({ item }: { readonly item: Content }) {
  const change = useChangeContent(item.id);
  const toast = useToast();
  const isPublic = item.visibility === "public";
  return (
    <FormControlLabel
      control={
        <Switch
          checked={isPublic}
          onChange={(_event, next) =>
            change.mutate(
              { visibility: next ? "public" : "private" },
              { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
            )
          }
        />
      }
      label={isPublic ? "Shared with all users" : "Private, only visible to you"}
    />
  );
}
