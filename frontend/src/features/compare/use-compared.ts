import { useCallback, useRef } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { idsIn } from "./parameters";

export interface Compared {
  readonly ids: readonly number[];
  /** Compare other images; of a single one, its page is opened. */
  readonly show: (ids: readonly number[]) => void;
  /** Return the images that are compared now, also after this component was drawn. */
  readonly latest: () => readonly number[];
}

const addressOf = (ids: readonly number[]): string =>
  ids.length === 1 ? `/view/${ids[0]}` : `/compare${ids.length === 0 ? "" : `?ids=${ids.join(",")}`}`;

/** The images of the address. */
export function useCompared(): Compared {
  const [address] = useSearchParams();
  const navigate = useNavigate();
  const ids = idsIn(address.get("ids"));
  // Several images may be removed before the page is drawn again.
  const latest = useRef(ids);
  latest.current = ids;
  const show = useCallback(
    (next: readonly number[]) => {
      latest.current = next;
      void navigate(addressOf(next), { replace: true });
    },
    [navigate],
  );
  return { ids, show, latest: useCallback(() => latest.current, []) };
}
