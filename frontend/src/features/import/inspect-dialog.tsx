import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useQuery } from "@tanstack/react-query";
import { FolderPlus, SlidersHorizontal } from "lucide-react";
import { useEffect, useId, useMemo } from "react";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import type { FoundFile } from "./files";
import { InspectedTexts } from "./inspected-texts";
import { inspectFile } from "./requests";
import { useInspected } from "./use-inspected";

interface InspectDialogProps {
  readonly open: boolean;
  readonly found: FoundFile | null;
  readonly onClose: () => void;
}

/** What a dropped file says about how it was made: use it, or keep the file. */
export function InspectDialog({ open, found, onClose }: InspectDialogProps) {
  const titleId = useId();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId} noWrap>
        {found?.file.name ?? "File"}
      </DialogTitle>
      {found === null ? null : (
        <Inspected key={`${found.file.name} ${found.file.lastModified}`} found={found} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Inspected({ found, onClose }: { readonly found: FoundFile; readonly onClose: () => void }) {
  const { file, sidecar } = found;
  const query = useQuery({
    queryKey: ["imports", "inspected", file.name, file.size, file.lastModified, sidecar?.lastModified],
    queryFn: () => inspectFile(file, file.name, sidecar),
    gcTime: 0,
    retry: false,
  });
  const { data } = query;
  const { use, addToGallery, isAdding, fitted } = useInspected(found, data, onClose);
  const hasSettings = data !== undefined && data.prompt !== "";
  return (
    <>
      <DialogContent>
        <Box
          sx={{
            display: "grid",
            gap: 3,
            gridTemplateColumns: { xs: "1fr", sm: "minmax(0, 240px) minmax(0, 1fr)" },
          }}
        >
          <Preview file={file} />
          {query.isPending ? <CircularProgress aria-label="Reading" sx={{ m: "auto" }} /> : null}
          {query.error ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
          {data === undefined ? null : <InspectedTexts inspected={data} missing={fitted?.missing ?? []} />}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5, flexWrap: "wrap", gap: 1 }}>
        <Button onClick={onClose} color="inherit">
          Close
        </Button>
        {data?.is_importable === false ? null : (
          <Button
            variant={hasSettings ? "outlined" : "contained"}
            startIcon={<FolderPlus size={17} aria-hidden />}
            loading={isAdding}
            onClick={addToGallery}
          >
            {data?.content_id == null ? "Add to gallery" : "Open in gallery"}
          </Button>
        )}
        {hasSettings ? (
          <Button
            variant="contained"
            startIcon={<SlidersHorizontal size={17} aria-hidden />}
            loading={fitted === null}
            onClick={use}
          >
            Use these settings
          </Button>
        ) : null}
      </DialogActions>
    </>
  );
}

function Preview({ file }: { readonly file: File }) {
  const address = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  const isVideo = file.type.startsWith("video/");
  return (
    <Box
      component={isVideo ? "video" : "img"}
      src={address}
      {...(isVideo ? { muted: true, loop: true, autoPlay: true, playsInline: true } : { alt: "" })}
      sx={{
        width: "100%",
        maxHeight: { xs: "32dvh", sm: "56dvh" },
        objectFit: "contain",
        borderRadius: "12px",
        bgcolor: "action.hover",
      }}
    />
  );
}
