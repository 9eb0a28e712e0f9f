import type { WorkflowField } from "@/api/types";
import { TextField } from "@/ui/text-field";

interface ChoiceFieldProps {
  readonly field: WorkflowField;
  readonly value: unknown;
  readonly options: readonly unknown[];
  readonly onChange: (value: unknown) => void;
  readonly error: string | undefined;
}

/** Select one of the options of the servers. A value that no server offers stays visible. */
export function ChoiceField({ field, value, options, onChange, error }: ChoiceFieldProps) {
  const text = value === undefined ? "" : String(value);
  const isOffered = options.some((option) => String(option) === text);
  const none = options.length === 0 ? "No ComfyUI server offers an option." : undefined;
  return (
    <TextField
      label={field.label}
      size="small"
      fullWidth
      value={text}
      onChange={(event) =>
        onChange(options.find((option) => String(option) === event.target.value) ?? (text || undefined))
      }
      error={error !== undefined}
      helperText={error ?? (field.help || none)}
      options={[
        ...(isOffered
          ? []
          : [text === "" ? <Option key="" text="" label="Choose" /> : <Missing key={text} text={text} />]),
        ...options.map((option) => (
          <Option key={String(option)} text={String(option)} label={String(option)} />
        )),
      ]}
    />
  );
}

const Option = ({ text, label }: { readonly text: string; readonly label: string }) => (
  <option value={text}>{label}</option>
);

const Missing = ({ text }: { readonly text: string }) => (
  <option value={text}>{text} (no server has it)</option>
);
