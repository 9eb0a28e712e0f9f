import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";

interface FilterSelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value | "";
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  /** Label of the empty option; without it there is no empty option. */
  readonly all?: string;
  readonly onChange: (value: Value | "") => void;
}

/** A filter with a fixed set of options. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, value, options, all, onChange } = props;
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as Value | "")}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 120 }}
    >
      {all === undefined ? null : <MenuItem value="">{all}</MenuItem>}
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
