/* Labels that read from the left: see label.h. */
#include "ui/label.h"

#include <string.h>

char *
cap_label_minus(const char *text)
{
  GString *shown = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '-' && g_ascii_isdigit(p[1]) &&
        (p == text || strchr(" (", p[-1]) != NULL))
      g_string_append(shown, "−");
    else
      g_string_append_c(shown, *p);
  return g_string_free(shown, FALSE);
}

char *
cap_label_mm(double mm)
{
  g_autofree char *digits = g_strdup_printf("%.2f", mm);
  if (g_str_has_suffix(digits, "0"))
    digits[strlen(digits) - 1] = '\0';
  return g_strdup_printf("%s\u00a0mm", digits);
}

char *
cap_label_parts(const char *text)
{
  static GRegex *before; /* rows of lists ask at every change */
  if (before == NULL)
    before = g_regex_new(" (?= *·)", G_REGEX_OPTIMIZE, 0, NULL);
  return g_regex_replace_literal(before, text, -1, 0, "\u00a0", 0, NULL);
}

GtkWidget *
cap_label_new(const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class(label, css_class);
  return label;
}

GtkWidget *
cap_label_ellipsized_new(const char *text, const char *css_class)
{
  GtkWidget *label = cap_label_new(text, css_class);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  return label;
}

GtkWidget *
cap_label_wrapped_new(const char *text, const char *css_class, int max_chars)
{
  GtkWidget *label = cap_label_new(text, css_class);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), max_chars);
  return label;
}
