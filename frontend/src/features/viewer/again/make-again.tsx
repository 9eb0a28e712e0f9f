import Button from "@mui/material/Button";
import { Repeat2 } from "lucide-react";
import { useState } from "react";
import type { Content } from "@/api/types";
import { lazyOnOpen } from "@/lib/code";

const AgainDialog = lazyOnOpen(async () => (await import("./again-dialog")).AgainDialog);

/** Makes the same image again, after showing what has changed since. */
export function MakeAgain({ item }: { readonly item: Content }) {
  const [isOpen, setIsOpen] = useState(false);
  const isMadeHere = item.job_id !== null || item.checkpoint_model !== "";
  if (item.content_type !== "image" || item.workflow_id !== null || !isMadeHere) return null;
  return (
    <>
      <Button
        variant="outlined"
        color="inherit"
        aria-haspopup="dialog"
        startIcon={<Repeat2 size={17} aria-hidden />}
        onClick={() => setIsOpen(true)}
        sx={{ borderColor: "divider" }}
      >
        Make it again
      </Button>
      <AgainDialog open={isOpen} item={item} onClose={() => setIsOpen(false)} />
    </>
  );
}
