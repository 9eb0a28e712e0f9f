import { TIME_SPANS, type TimeSpan, timeSpanOf } from "@/lib/time-span";
import { FilterSelect } from "./filter-select";

interface TimeSpanFilterProps {
  /** The value in the URL; an unknown value counts as empty. */
  readonly value: string;
  readonly onChange: (since: TimeSpan | "") => void;
}

/** Filters a list by creation date. */
export function TimeSpanFilter({ value, onChange }: TimeSpanFilterProps) {
  return (
    <FilterSelect label="Date" all="Any" value={timeSpanOf(value)} options={TIME_SPANS} onChange={onChange} />
  );
}
