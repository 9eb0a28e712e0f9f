import FormControl, { type FormControlProps } from "@mui/material/FormControl";
import FormHelperText from "@mui/material/FormHelperText";
import InputLabel, { type InputLabelProps } from "@mui/material/InputLabel";
import OutlinedInput, { type OutlinedInputProps } from "@mui/material/OutlinedInput";
import { type ReactNode, type Ref, useId } from "react";

type InputProps = Pick<
  OutlinedInputProps,
  | "value"
  | "defaultValue"
  | "onChange"
  | "onBlur"
  | "onKeyDown"
  | "multiline"
  | "minRows"
  | "maxRows"
  | "autoFocus"
  | "autoComplete"
  | "name"
  | "type"
  | "placeholder"
>;

interface TextFieldProps
  extends InputProps,
    Pick<FormControlProps, "error" | "required" | "disabled" | "fullWidth" | "size" | "sx"> {
  readonly label?: ReactNode;
  readonly helperText?: ReactNode;
  readonly id?: string | undefined;
  readonly inputRef?: Ref<HTMLInputElement | HTMLTextAreaElement | null>;
  /** The `option` elements of a select. */
  readonly options?: ReactNode;
  readonly slotProps?: {
    readonly htmlInput?: object;
    readonly input?: Partial<OutlinedInputProps>;
    readonly inputLabel?: Partial<InputLabelProps>;
  };
}

const SELECT = "select" as unknown as NonNullable<OutlinedInputProps["inputComponent"]>;

/** An arrow of the colour of the text, drawn by CSS. */
const select = {
  "& select": { appearance: "none", pr: 4, cursor: "pointer", textOverflow: "ellipsis" },
  "& option": { color: "CanvasText", backgroundColor: "Canvas" },
  "&::after": {
    content: '""',
    position: "absolute",
    right: 13,
    width: 7,
    height: 7,
    mt: "-4px",
    borderRight: 2,
    borderBottom: 2,
    borderColor: "text.secondary",
    transform: "rotate(45deg)",
    pointerEvents: "none",
  },
} as const;

/**
 * A labelled field with its error or help text.
 *
 * Like the TextField of Material UI, without its menus: with `options` it is the browser's own select.
 */
export function TextField(props: TextFieldProps) {
  const { label, helperText, id: given, inputRef, options, slotProps = {} } = props;
  const { error, required, disabled, fullWidth, size, sx, ...input } = props as InputProps & typeof props;
  const made = useId();
  const id = given ?? made;
  const helpId = `${id}-help`;
  const isShrunk = options !== undefined || slotProps.inputLabel?.shrink;
  const shrink = isShrunk === undefined ? {} : { shrink: isShrunk };
  return (
    <FormControl variant="outlined" {...defined({ error, required, disabled, fullWidth, size, sx })}>
      {label === undefined ? null : (
        <InputLabel htmlFor={id} {...slotProps.inputLabel} {...shrink}>
          {label}
        </InputLabel>
      )}
      <OutlinedInput
        id={id}
        label={label}
        {...(isShrunk === undefined ? {} : { notched: isShrunk })}
        {...inputPropsOf(input)}
        {...(inputRef === undefined ? {} : { inputRef })}
        {...(helperText ? { "aria-describedby": helpId } : {})}
        {...(options === undefined ? {} : { inputComponent: SELECT, sx: select })}
        {...slotProps.input}
        inputProps={{
          ...slotProps.htmlInput,
          ...(options === undefined ? {} : { children: options, type: undefined }),
        }}
      />
      {helperText ? <FormHelperText id={helpId}>{helperText}</FormHelperText> : null}
    </FormControl>
  );
}

const INPUT_PROPS = [
  "value",
  "defaultValue",
  "onChange",
  "onBlur",
  "onKeyDown",
  "multiline",
  "minRows",
  "maxRows",
  "autoFocus",
  "autoComplete",
  "name",
  "type",
  "placeholder",
] as const satisfies readonly (keyof InputProps)[];

const inputPropsOf = (props: InputProps): InputProps =>
  Object.fromEntries(
    INPUT_PROPS.filter((name) => props[name] !== undefined).map((name) => [name, props[name]]),
  );

/** Return the properties that are not undefined. */
function defined<T extends object>(properties: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as never;
}
