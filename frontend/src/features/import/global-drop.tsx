import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { FileUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { lazyOnOpen } from "@/lib/code";
import { useToast } from "@/ui/toast";
import type { FoundFile } from "./files";

const InspectDialog = lazyOnOpen(async () => (await import("./inspect-dialog")).InspectDialog);

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;

/** Takes files that are dropped anywhere in the app, unless a part of the page takes them itself. */
export function GlobalDrop() {
  const [isOver, setIsOver] = useState(false);
  const [dropped, setDropped] = useState<FoundFile | null>(null);
  const navigate = useNavigate();
  const latest = useRef(navigate);
  latest.current = navigate;
  const show = useRef(useToast());
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (event.defaultPrevented || !hasFiles(event)) return setIsOver(false);
      event.preventDefault();
      setIsOver(true);
    };
    const onLeave = (event: DragEvent) => (event.relatedTarget === null ? setIsOver(false) : undefined);
    const onDrop = (event: DragEvent) => {
      setIsOver(false);
      if (event.defaultPrevented || event.dataTransfer === null || !hasFiles(event)) return;
      event.preventDefault();
      const data = keptData(event.dataTransfer);
      void import("./take-dropped").then(({ takeDropped }) =>
        takeDropped(data, {
          show: show.current,
          inspect: setDropped,
          openImport: () => void latest.current("/import"),
        }),
      );
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
  return (
    <>
      {isOver ? <Overlay /> : null}
      <InspectDialog open={dropped !== null} found={dropped} onClose={() => setDropped(null)} />
    </>
  );
}

/** The browser empties the data after the event, before the code that reads them is loaded. */
function keptData({ items, files }: DataTransfer): DataTransfer {
  const kept = [...items].map((item) => {
    const entry = item.webkitGetAsEntry?.() ?? null;
    return { kind: item.kind, webkitGetAsEntry: () => entry };
  });
  return { items: kept, files } as unknown as DataTransfer;
}

function Overlay() {
  return (
    <Box
      sx={{
        position: "fixed",
        inset: 12,
        zIndex: "modal",
        display: "grid",
        placeContent: "center",
        justifyItems: "center",
        gap: 1,
        border: "3px dashed",
        borderColor: "primary.main",
        borderRadius: "20px",
        pointerEvents: "none",
        backdropFilter: "blur(6px)",
        backgroundColor: (theme) =>
          `color-mix(in srgb, ${theme.vars?.palette.background.default} 84%, transparent)`,
      }}
    >
      <Box sx={{ display: "flex", color: "primary.main" }}>
        <FileUp size={44} strokeWidth={1.5} aria-hidden />
      </Box>
      <Typography variant="h2">Drop it to read its prompt or to import it</Typography>
      <Typography sx={{ color: "text.secondary" }}>Images, videos, folders and zips</Typography>
    </Box>
  );
}
