import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, ListTree, Plus, Trash2, Upload } from "lucide-react";
import { useId, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import { EmptyState } from "@/ui/empty-state";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { useDeleteWildcard, useSaveWildcard, wildcardsQuery } from "./queries";
import { WildcardForm } from "./wildcard-form";

/** The wildcards of the user and shared ones: create, edit, share, import and export. */
export function WildcardsDialog({ onClose }: { readonly onClose: () => void }) {
  const titleId = useId();
  const [search, setSearch] = useState("");
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const query = useInfiniteQuery(wildcardsQuery(search));
  const remove = useDeleteWildcard();
  const toast = useToast();
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (edited !== null)
    return <WildcardForm id={edited === "new" ? null : edited} onClose={() => setEdited(null)} />;
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>Wildcards</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5, alignContent: "start", minHeight: 300 }}>
        <SearchBox value={search} label="Search wildcards" onChange={setSearch} sx={{ mt: 0.5 }} />
        {query.isPending ? <Skeleton variant="rounded" height={160} aria-label="Loading" /> : null}
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.data !== undefined && items.length === 0 ? (
          <EmptyState icon={ListTree} title={search === "" ? "No wildcards" : "No wildcard matches"}>
            A wildcard is a list of texts. In a prompt, __name__ draws one of them.
          </EmptyState>
        ) : null}
        <Box component="ul" aria-label="Wildcards" sx={{ m: 0, p: 0, listStyle: "none" }}>
          {items.map((one) => (
            <Box
              component="li"
              key={one.id}
              sx={{
                display: "flex",
                alignItems: "center",
                gap: 1,
                py: 0.75,
                borderBottom: 1,
                borderColor: "divider",
              }}
            >
              <Box sx={{ flex: 1, minWidth: 0 }}>
                <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>__{one.name}__</Typography>
                <Typography variant="body2" sx={{ color: "text.secondary" }}>
                  {one.entry_count === 1 ? "1 entry" : `${one.entry_count} entries`}
                  {one.is_mine ? "" : ` · by ${one.owner}`}
                </Typography>
              </Box>
              {one.is_shared ? <Chip size="small" label="Shared" /> : null}
              <Button size="small" onClick={() => setEdited(one.id)}>
                {one.is_mine ? "Edit" : "View"}
              </Button>
              <Tooltip title="Export as a text file">
                <Button
                  size="small"
                  color="inherit"
                  component="a"
                  href={`/api/v1/wildcards/${one.id}/text`}
                  download
                  aria-label={`Export ${one.name}`}
                  sx={{ minWidth: 40 }}
                >
                  <Download size={16} aria-hidden />
                </Button>
              </Tooltip>
              {one.is_mine ? (
                <Button
                  size="small"
                  color="inherit"
                  aria-label={`Delete ${one.name}`}
                  sx={{ minWidth: 40 }}
                  onClick={() =>
                    remove.mutate(one.id, {
                      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
                    })
                  }
                >
                  <Trash2 size={16} aria-hidden />
                </Button>
              ) : null}
            </Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <ImportFiles />
        <Button startIcon={<Plus size={16} aria-hidden />} onClick={() => setEdited("new")}>
          New
        </Button>
        <Button color="inherit" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Makes a wildcard of each text file, named after it. */
function ImportFiles() {
  const input = useRef<HTMLInputElement>(null);
  const save = useSaveWildcard(null);
  const toast = useToast();
  const read = async (files: FileList) => {
    for (const file of files) {
      const name = file.name
        .replace(/\.[^.]*$/, "")
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "");
      try {
        await save.mutateAsync({ name, text: await file.text(), description: "", is_shared: false });
      } catch (error) {
        toast({ message: `${file.name}: ${messageOf(error)}`, severity: "error" });
      }
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".txt,text/plain"
        multiple
        hidden
        onChange={({ currentTarget }) => (currentTarget.files ? void read(currentTarget.files) : undefined)}
      />
      <Button
        color="inherit"
        startIcon={<Upload size={16} aria-hidden />}
        loading={save.isPending}
        onClick={() => input.current?.click()}
        sx={{ mr: "auto" }}
      >
        Import files
      </Button>
    </>
  );
}
