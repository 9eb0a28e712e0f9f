import Alert from "@mui/material/Alert";
import { unshownErrorOf } from "@/api/field-errors";

interface FormErrorProps {
  readonly error: unknown;
  /** Fields that show their messages themselves. */
  readonly fields: readonly string[];
}

/** What is wrong with a form, except messages that its fields show. */
export function FormError({ error, fields }: FormErrorProps) {
  const message = unshownErrorOf(error, fields);
  return message === null ? null : <Alert severity="error">{message}</Alert>;
}
