import Button from "@mui/material/Button";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { messageOf } from "@/api/problem";
import { useToast } from "@/ui/toast";
import { describeImport, readPresets } from "./preset-file";
import { useImportPresets } from "./queries";

/** Imports a file of presets; a toast says what happened, and offers to replace presets of the same names. */
export function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const { mutateAsync: store, isPending } = useImportPresets();
  const toast = useToast();
  const run = async (file: File, replace: boolean): Promise<void> => {
    try {
      const outcome = await store({ ...(await readPresets(file)), replace });
      const again = { label: "Replace", run: () => void run(file, true) };
      toast({
        message: describeImport(outcome),
        severity: outcome.skipped.length > 0 ? "info" : "success",
        ...(outcome.skipped.length > 0 && { action: again }),
      });
    } catch (error) {
      toast({ message: messageOf(error), severity: "error" });
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,.csv"
        aria-label="File of presets"
        hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) void run(file, false);
          // The same file can be chosen again.
          currentTarget.value = "";
        }}
      />
      <Button
        color="inherit"
        loading={isPending}
        startIcon={<Upload size={16} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        Import
      </Button>
    </>
  );
}
