import Chip from "@mui/material/Chip";
import { type FilterValues, nameOfSpan, oneOf, RATINGS, SIZES } from "./gallery-filter";

interface FilterChipsProps {
  readonly values: FilterValues;
  readonly onChange: (patch: Partial<FilterValues>) => void;
}

/** The filters that have no field of their own; each can be removed. */
export function FilterChips({ values, onChange }: FilterChipsProps) {
  const rating = oneOf(RATINGS, values.rating, "");
  const size = oneOf(SIZES, values.size, "");
  const span = values.since === "" ? nameOfSpan(values.from, values.to) : "";
  return (
    <>
      {rating === "" ? null : (
        <RemovableChip
          label={RATINGS.find(({ value }) => value === rating)?.label ?? rating}
          onRemove={() => onChange({ rating: "" })}
        />
      )}
      {size === "" ? null : (
        <RemovableChip
          label={SIZES.find(({ value }) => value === size)?.label ?? size}
          onRemove={() => onChange({ size: "" })}
        />
      )}
      {span === "" ? null : <RemovableChip label={span} onRemove={() => onChange({ from: "", to: "" })} />}
    </>
  );
}

function RemovableChip({ label, onRemove }: { readonly label: string; readonly onRemove: () => void }) {
  return (
    <Chip
      label={label}
      aria-label={`${label}, remove this filter`}
      onClick={onRemove}
      onDelete={onRemove}
      sx={{ alignSelf: "center", maxWidth: 280 }}
    />
  );
}
