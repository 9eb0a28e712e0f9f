import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useChangeContent } from "@/features/content";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";

const MAX_LENGTH = 255;

/** The title of an image. The owner can edit it in place: Enter saves, Escape discards. */
export function EditableTitle({ item }: { readonly item: Content }) {
  const [draft, setDraft] = useState<string | null>(null);
  const change = useChangeContent(item.id);
  const toast = useToast();
  const save = () => {
    const title = draft?.trim() ?? "";
    setDraft(null);
    if (title === "" || title === item.title) return;
    change.mutate({ title }, { onError: (error) => toast({ message: messageOf(error), severity: "error" }) });
  };
  if (draft !== null) {
    return (
      <TextField
        label="Title"
        size="small"
        fullWidth
        autoFocus
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter") save();
          if (event.key === "Escape") setDraft(null);
        }}
        slotProps={{ htmlInput: { maxLength: MAX_LENGTH } }}
      />
    );
  }
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
      <Typography variant="h2" component="p" sx={{ flex: 1, overflowWrap: "anywhere" }}>
        {item.title}
      </Typography>
      {item.is_mine ? (
        <Tooltip title="Edit title">
          <IconButton size="small" aria-label="Edit title" onClick={() => setDraft(item.title)}>
            <Pencil size={16} aria-hidden />
          </IconButton>
        </Tooltip>
      ) : null}
    </Box>
  );
}
