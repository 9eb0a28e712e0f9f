import type { AutocompleteProps, AutocompleteRenderInputParams } from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import {
  type ComponentType,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { lazyPart } from "@/lib/code";

type Props<Multiple extends boolean, FreeSolo extends boolean> = AutocompleteProps<
  string,
  Multiple,
  false,
  FreeSolo
>;
type AnyProps = Props<boolean, boolean> & {
  /** The input that is replaced when the list has been loaded, while it has the focus. */
  readonly focused: RefObject<HTMLInputElement | null>;
  /** Whether that input was pressed by a pointer. */
  readonly pressed: RefObject<boolean>;
};

const WithList = lazyPart<AnyProps>(
  async () => {
    const { default: Loaded } = await import("@mui/material/Autocomplete");
    return withFocus(Loaded as ComponentType<Props<boolean, boolean>>);
  },
  { Loading: Field },
);

/**
 * A field with suggestions. Their code is loaded after the page; until then the field shows its value and,
 * if it has an `onInputChange`, can be typed into.
 */
export function Autocomplete<Multiple extends boolean = false, FreeSolo extends boolean = false>(
  props: Props<Multiple, FreeSolo>,
) {
  const focused = useRef<HTMLInputElement | null>(null);
  const pressed = useRef(false);
  return <WithList {...(props as unknown as AnyProps)} focused={focused} pressed={pressed} />;
}

function withFocus(Loaded: ComponentType<Props<boolean, boolean>>): ComponentType<AnyProps> {
  return function Focused({ focused, pressed, ...props }: AnyProps) {
    const id = useId();
    const isMounted = useRef(false);
    // Pressing the field that was replaced opens the list.
    const [opensOnFocus, setOpensOnFocus] = useState(pressed.current);
    // A layout effect: keys that follow must not be lost.
    useLayoutEffect(() => {
      if (focused.current !== null) document.getElementById(props.id ?? id)?.focus();
      setOpensOnFocus(false);
    }, [focused, id, props.id]);
    useEffect(() => {
      isMounted.current = true;
    }, []);
    const { onInputChange } = props;
    // At first it resets the text, which may have been typed already.
    const change: typeof onInputChange = (event, text, reason) =>
      reason === "reset" && !isMounted.current ? undefined : onInputChange?.(event, text, reason);
    return (
      <Loaded
        id={id}
        {...props}
        {...(opensOnFocus ? { openOnFocus: true } : {})}
        {...(onInputChange === undefined ? {} : { onInputChange: change })}
      />
    );
  };
}

/** The input takes the width that is left, as in the loaded field: nothing moves when that replaces this one. */
const sameSize = { "& input": { width: 0, minWidth: 30, flexGrow: 1 } } as const;

/** The field alone, as it looks while it is closed. */
function Field(props: AnyProps) {
  const { renderInput, value, getOptionLabel, multiple, size, inputValue, onInputChange, sx } = props;
  const { focused, pressed } = props;
  const id = useId();
  const label = typeof value === "string" ? (getOptionLabel?.(value) ?? value) : "";
  const params = {
    id,
    disabled: false,
    fullWidth: true,
    ...(size === undefined ? {} : { size }),
    slotProps: {
      inputLabel: {},
      input:
        multiple && Array.isArray(value) && inputValue !== undefined
          ? { startAdornment: value.join(", ") }
          : {},
      htmlInput: {
        value: inputValue ?? label,
        readOnly: onInputChange === undefined,
        role: "combobox",
        "aria-expanded": false,
        onInput: (event: InputEvent & { readonly currentTarget: HTMLInputElement }) =>
          onInputChange?.(event as never, event.currentTarget.value, "input"),
        onFocus: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
          focused.current = currentTarget;
        },
        // Chromium also sends this when the field is replaced, while it is still connected.
        onBlur: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
          queueMicrotask(() => {
            if (!currentTarget.isConnected) return;
            focused.current = null;
            pressed.current = false;
          }),
        // Not the click: the field may be replaced before the button is released, and then there is none.
        onMouseDown: () => {
          pressed.current = true;
        },
      },
    },
  };
  return (
    <Box sx={[sameSize, ...(Array.isArray(sx) ? sx : [sx])]}>
      {renderInput(params as unknown as AutocompleteRenderInputParams)}
    </Box>
  );
}
