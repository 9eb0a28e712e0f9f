import { useInfiniteQuery } from "@tanstack/react-query";
import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { renderApp } from "@/testing/render";
import { LoadMore } from "./load-more";

/** Reports the end of the list as visible, as on a screen that is higher than the list. */
class AlwaysVisible extends IntersectionObserver {
  private readonly report: IntersectionObserverCallback;
  constructor(report: IntersectionObserverCallback) {
    super(report);
    this.report = report;
  }
  override observe(): void {
    this.report([{ isIntersecting: true } as IntersectionObserverEntry], this);
  }
}

const read = vi.fn<(page: number) => Promise<string>>();

function List() {
  const query = useInfiniteQuery({
    queryKey: ["words"],
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: 1,
    getNextPageParam: (_page, pages) => (pages.length < 3 ? pages.length + 1 : undefined),
  });
  return (
    <>
      {query.data?.pages.map((page) => (
        <p key={page}>{page}</p>
      ))}
      <LoadMore query={query} />
    </>
  );
}

beforeEach(() => {
  vi.stubGlobal("IntersectionObserver", AlwaysVisible);
  read.mockReset();
  read.mockImplementation(async (page) => `sea ${page}`);
  return () => vi.unstubAllGlobals();
});

it("loads pages to the end while the end is visible, each page once", async () => {
  renderApp(<List />);
  expect(await screen.findByText("sea 3")).toBeInTheDocument();
  expect(read.mock.calls).toEqual([[1], [2], [3]]);
});

it("continues when the list is refetched while its next page is loading", async () => {
  const { client } = renderApp(<List />);
  read.mockImplementation((page) => {
    if (page === 1) return Promise.resolve("sea 1");
    // As a websocket frame does that arrives now; React Query drops the pending request.
    queueMicrotask(() => void client.invalidateQueries({ queryKey: ["words"] }));
    read.mockImplementation(async (next) => `sea ${next}`);
    return new Promise(() => {});
  });
  expect(await screen.findByText("sea 3")).toBeInTheDocument();
});

it("does not retry a failed page by itself", async () => {
  read.mockImplementation((page) =>
    page === 2 ? Promise.reject(new Error("gone")) : Promise.resolve(`sea ${page}`),
  );
  renderApp(<List />);
  const again = await screen.findByRole("button", { name: /Try again/ });
  expect(read).toHaveBeenCalledTimes(2);
  read.mockImplementation(async (page) => `sea ${page}`);
  await userEvent.click(again);
  expect(await screen.findByText("sea 3")).toBeInTheDocument();
});
