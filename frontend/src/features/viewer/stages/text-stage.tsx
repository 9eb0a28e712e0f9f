import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { Content } from "@/api/types";
import { contentTextQuery, MAX_TEXT_BYTES } from "@/features/content";
import { formatBytes } from "@/lib/format";
import { CopyButton } from "@/ui/copy-button";
import { ProblemState } from "@/ui/problem-state";

/** The whole text of a file; of a very long one the beginning. */
export function TextStage({ item }: { readonly item: Content }) {
  const query = useQuery(contentTextQuery(item.id));
  // The beginning is known: it is shown until the file has been read.
  const text = query.data ?? item.text ?? "";
  return (
    <Box
      component="section"
      aria-label="Text"
      sx={{ borderRadius: "14px", border: 1, borderColor: "divider", bgcolor: "background.paper" }}
    >
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          minHeight: 44,
          pl: { xs: 2, sm: 3 },
          pr: 1,
          borderBottom: 1,
          borderColor: "divider",
        }}
      >
        <Typography variant="body2" sx={{ flex: 1, color: "text.secondary" }}>
          {item.size_bytes > MAX_TEXT_BYTES
            ? `The first ${formatBytes(MAX_TEXT_BYTES)} of ${formatBytes(item.size_bytes)}`
            : formatBytes(item.size_bytes)}
        </Typography>
        <CopyButton text={text} label="Copy text" />
      </Box>
      <Box sx={{ p: { xs: 2, sm: 3 }, maxHeight: { lg: "calc(100dvh - 220px)" }, overflowY: "auto" }}>
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.isPending && text === "" ? <Skeleton variant="rounded" height={160} /> : null}
        <Typography
          component="pre"
          dir="auto"
          aria-busy={query.isPending}
          sx={{ m: 0, fontFamily: "inherit", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
        >
          {text}
        </Typography>
      </Box>
    </Box>
  );
}
