import Button from "@mui/material/Button";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { messageOf } from "@/api/problem";
import { Panel } from "@/ui/panel";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { useSaveNote } from "./queries";

const MAX_LENGTH = 4_000;

interface MyNoteProps {
  readonly modelId: number;
  readonly text: string;
}

/** The user's own note on a model, which other users do not see. */
export function MyNote({ modelId, text }: MyNoteProps) {
  const [draft, setDraft] = useState(text);
  const { mutate, isPending } = useSaveNote(modelId);
  const toast = useToast();
  const isChanged = draft.trim() !== text.trim();
  const save = () =>
    mutate(draft.trim(), {
      onSuccess: (saved) =>
        toast({ message: saved.text === "" ? "Note removed" : "Note saved", severity: "success" }),
      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) save();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isChanged) save();
  };
  return (
    <Panel title="My notes" description="Only you see them.">
      <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
        <TextField
          placeholder="What works well, favourite settings, trigger words"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          multiline
          minRows={3}
          maxRows={12}
          fullWidth
          slotProps={{ htmlInput: { maxLength: MAX_LENGTH, dir: "auto", "aria-label": "My notes" } }}
        />
        {isChanged || isPending ? (
          <div style={{ display: "flex", gap: 8 }}>
            <Button type="submit" variant="contained" size="small" loading={isPending}>
              Save
            </Button>
            <Button size="small" color="inherit" onClick={() => setDraft(text)}>
              Discard
            </Button>
          </div>
        ) : null}
      </form>
    </Panel>
  );
}
