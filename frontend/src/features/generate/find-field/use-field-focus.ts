import { type RefObject, useEffect, useRef } from "react";
import { useSearchParams } from "react-router";

/** Show and focus the field that `?field=` names; returns whether one was named. */
export function useFieldFocus(form: RefObject<HTMLElement | null>): RefObject<boolean> {
  const isNamed = useRef(false);
  const [query, setQuery] = useSearchParams();
  const field = query.get("field");
  useEffect(() => {
    if (field === null) return;
    isNamed.current = true;
    setQuery({}, { replace: true });
    void import("./show-field").then(({ showField }) =>
      form.current === null ? undefined : showField(form.current, field),
    );
  }, [field, form, setQuery]);
  return isNamed;
}
