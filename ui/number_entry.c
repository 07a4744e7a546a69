/* A number that may be below zero: see number_entry.h. */
#include "ui/number_entry.h"

#include "ui/label.h"

static gboolean
on_output(GtkSpinButton *spin, gpointer unused)
{
  g_autofree char *text =
      g_strdup_printf("%.*f", (int)gtk_spin_button_get_digits(spin),
                      gtk_spin_button_get_value(spin));
  g_autofree char *shown = cap_label_minus(text);
  if (!g_str_equal(shown, gtk_editable_get_text(GTK_EDITABLE(spin))))
    gtk_editable_set_text(GTK_EDITABLE(spin), shown);
  return TRUE;
}

/* Nothing is not zero. */
static int
on_input(GtkSpinButton *spin, double *value, gpointer unused)
{
  g_autoptr(GString) text =
      g_string_new(gtk_editable_get_text(GTK_EDITABLE(spin)));
  char *end;
  g_string_replace(text, "−", "-", 1);
  *value = g_strtod(text->str, &end);
  return end == text->str || *end != '\0' ? GTK_INPUT_ERROR : TRUE;
}

GtkWidget *
cap_number_entry_new(const double range[3], guint digits)
{
  GtkWidget *spin =
      gtk_spin_button_new_with_range(range[0], range[1], range[2]);
  gtk_spin_button_set_numeric(GTK_SPIN_BUTTON(spin), FALSE); /* takes no − */
  gtk_spin_button_set_digits(GTK_SPIN_BUTTON(spin), digits);
  gtk_spin_button_set_update_policy(GTK_SPIN_BUTTON(spin), GTK_UPDATE_IF_VALID);
  g_signal_connect(spin, "input", G_CALLBACK(on_input), NULL);
  g_signal_connect(spin, "output", G_CALLBACK(on_output), NULL);
  return spin;
}
