import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import { useEffect, useRef, useState } from "react";
import { type PagedQuery, useNextPage } from "@/lib/use-next-page";

/** Loads the next page of a list before its end becomes visible. */
export function LoadMore({ query }: { readonly query: PagedQuery }) {
  const sentinel = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  const loadNextPage = useNextPage(query);
  useEffect(() => {
    const target = sentinel.current;
    if (target === null) return;
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting === true),
      {
        rootMargin: "900px",
      },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  // After every render, because a request may have been started and dropped since the last one.
  useEffect(() => {
    if (isNear) loadNextPage();
  });
  const isFailed = query.isFetchNextPageError && !query.isFetching;
  return (
    <Box ref={sentinel} sx={{ display: "grid", placeItems: "center", height: query.hasNextPage ? 72 : 0 }}>
      {query.isFetchingNextPage ? <CircularProgress size={26} aria-label="Loading more" /> : null}
      {isFailed ? (
        <Button color="warning" onClick={() => void query.fetchNextPage()}>
          Could not load more. Try again
        </Button>
      ) : null}
    </Box>
  );
}
