import { TextField } from "./text-field";

interface FilterSelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value | "";
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  /** Label of the empty option; without it there is no empty option. */
  readonly all?: string;
  /** Width in pixels. Give one where the options are loaded: otherwise they move the filters beside and below. */
  readonly width?: number;
  readonly onChange: (value: Value | "") => void;
}

/** A filter with a fixed set of options. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, value, options, all, width, onChange } = props;
  const isListed = value === "" || options.some((option) => option.value === value);
  return (
    <TextField
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as Value | "")}
      sx={width === undefined ? { minWidth: 120, maxWidth: 220 } : { width }}
      options={
        <>
          {all === undefined ? null : <option value="">{all}</option>}
          {isListed ? null : <option value={value}>{value}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </>
      }
    />
  );
}
