import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import { WandSparkles } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { Menu } from "@/ui/overlays";
import { useToast } from "@/ui/toast";
import { ImageMenu } from "./image-menu";
import { OPERATIONS, type Operation, useOperation } from "./use-operations";

interface BatchOperationsProps {
  /** Return the selected images. */
  readonly items: () => Promise<readonly Content[]>;
  /** The image, if one alone is selected: its menu has all actions. */
  readonly onlyId: number | null;
  readonly onDone: () => void;
}

/** Apply one operation to each selected image, one submission after the other, with progress. */
export function BatchOperations({ items, onlyId, onDone }: BatchOperationsProps) {
  const run = useOperation();
  const toast = useToast();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [progress, setProgress] = useState<string | null>(null);
  const apply = async (operation: Operation) => {
    setAnchor(null);
    const failures: string[] = [];
    try {
      const chosen = await items();
      for (const [index, item] of chosen.entries()) {
        setProgress(`${index + 1} of ${chosen.length}`);
        await run(item, operation).catch((error: unknown) => failures.push(messageOf(error)));
      }
      const done = chosen.length - failures.length;
      toast(
        failures.length === 0
          ? { message: `${OPERATIONS[operation]}: ${done} submitted`, severity: "success" }
          : {
              message: `${done} submitted, ${failures.length} failed: ${failures[0] ?? ""}`,
              severity: "warning",
            },
      );
      onDone();
    } catch (error) {
      toast({ message: messageOf(error), severity: "error" });
    }
    setProgress(null);
  };
  const close = () => setAnchor(null);
  return (
    <>
      <Button
        aria-haspopup="menu"
        startIcon={<WandSparkles size={17} aria-hidden />}
        disabled={progress !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {progress === null ? "Make" : `Submitting ${progress}`}
      </Button>
      {onlyId === null ? (
        <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
          {(Object.entries(OPERATIONS) as [Operation, string][]).map(([operation, label]) => (
            <MenuItem key={operation} onClick={() => void apply(operation)}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      ) : (
        <ImageMenu contentId={onlyId} anchor={anchor} onClose={close} />
      )}
    </>
  );
}
