/* Where there is little room: in every state of the viewer text of twice its
 * size fits a small screen, and in the smallest window too nothing lies outside
 * of what it is in or is cut to nothing; with high contrast all words are loud.
 */
#include "tests/support/viewer_states.h"
#include "ui/findings/finding_row.h"
#include "ui/foot.h"

#include <math.h>
#include <stdio.h>

static CapPriorWindow w;

/* The widest part of WIDGET, of which the widest part, …: who needs the room.
 */
static void
print_widest(GtkWidget *widget)
{
  while (widget != NULL) {
    GtkWidget *widest = NULL;
    int most = 0, width;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
      gtk_widget_measure(child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL,
                         NULL, NULL);
      if (width > most) {
        most = width;
        widest = child;
      }
    }
    if (widest != NULL)
      printf("# %s %d\n", G_OBJECT_TYPE_NAME(widest), most);
    widget = widest;
  }
  fflush(stdout);
}

static void
assert_fits(GtkWidget *widget, const char *what)
{
  int width, height;
  gtk_widget_measure(widget, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                     NULL);
  gtk_widget_measure(widget, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL,
                     NULL);
  if (width > 1280)
    print_widest(widget);
  ck_assert_msg(width <= 1280 && height <= 800,
                "%s needs %d x %d where there are 1280 x 800", what, width,
                height);
}

/* ---- nothing lies outside ---- */

/* What scrolls, slides or draws its parts where it wants. */
static gboolean
may_hide(GtkWidget *widget)
{
  const GType types[] = {
      GTK_TYPE_VIEWPORT,  GTK_TYPE_SCROLLABLE,  ADW_TYPE_FLAP,
      GTK_TYPE_RANGE,     GTK_TYPE_SWITCH,      GTK_TYPE_TEXT,
      GTK_TYPE_PANED,     GTK_TYPE_STACK,       GTK_TYPE_SCROLLED_WINDOW,
      GTK_TYPE_LEVEL_BAR, GTK_TYPE_PROGRESS_BAR};
  for (guint i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_type_is_a(G_OBJECT_TYPE(widget), types[i]))
      return TRUE;
  return FALSE;
}

static void
note(GString *faults, const char *what, GtkWidget *widget)
{
  g_string_append_printf(faults, "\n%s:", what);
  if (GTK_IS_LABEL(widget))
    g_string_append_printf(faults, " “%s”",
                           gtk_label_get_text(GTK_LABEL(widget)));
  for (; widget != NULL; widget = gtk_widget_get_parent(widget))
    g_string_append_printf(faults, " < %s", G_OBJECT_TYPE_NAME(widget));
}

static gboolean
lies_outside(GtkWidget *widget, GtkWidget *parent)
{
  graphene_rect_t at, room;
  return gtk_widget_compute_bounds(widget, parent, &at) &&
         gtk_widget_compute_bounds(parent, parent, &room) &&
         (at.origin.x < room.origin.x - 1 || at.origin.y < room.origin.y - 1 ||
          at.origin.x + at.size.width > room.origin.x + room.size.width + 1 ||
          at.origin.y + at.size.height > room.origin.y + room.size.height + 1);
}

/* Fewer than four letters are left of it. */
static gboolean
is_cut_away(GtkWidget *widget)
{
  if (!GTK_IS_LABEL(widget) ||
      !pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(widget))))
    return FALSE;
  g_autoptr(PangoLayout) four = gtk_widget_create_pango_layout(widget, "nnn…");
  int width;
  pango_layout_get_pixel_size(four, &width, NULL);
  return gtk_widget_get_width(widget) < width;
}

/* What scrolls has (X, Y) of ROOT out of sight. */
static gboolean
is_scrolled_away(GtkWidget *widget, GtkWidget *root, float x, float y)
{
  graphene_rect_t room;
  for (; widget != NULL; widget = gtk_widget_get_parent(widget))
    if (GTK_IS_SCROLLED_WINDOW(widget) &&
        (!gtk_widget_compute_bounds(widget, root, &room) ||
         !graphene_rect_contains_point(&room, &GRAPHENE_POINT_INIT(x, y))))
      return TRUE;
  return FALSE;
}

/* Those of GTK appear over what they scroll. */
static gboolean
is_scroll_bar(GtkWidget *widget)
{
  return gtk_widget_get_ancestor(widget, GTK_TYPE_SCROLLBAR) != NULL;
}

/* Under something else: at its left end, in the middle or at its right end. */
static gboolean
is_under_another(GtkWidget *widget)
{
  GtkWidget *root = GTK_WIDGET(gtk_widget_get_root(widget));
  graphene_rect_t at;
  if (!gtk_widget_compute_bounds(widget, root, &at) || at.size.width < 8)
    return FALSE;
  for (int i = 0; i <= 2; i++) {
    const float x = at.origin.x + 3 + (float)i / 2 * (at.size.width - 6);
    const float y = at.origin.y + at.size.height / 2;
    GtkWidget *seen = gtk_widget_pick(root, x, y, GTK_PICK_DEFAULT);
    if (!is_scrolled_away(widget, root, x, y) && seen != NULL &&
        seen != widget && !gtk_widget_is_ancestor(seen, widget) &&
        !gtk_widget_is_ancestor(widget, seen) && !is_scroll_bar(seen))
      return TRUE;
  }
  return FALSE;
}

/* A control, or words, but for those in images, whose end the sheet covers. */
static gboolean
is_covered(GtkWidget *widget)
{
  return (GTK_IS_BUTTON(widget) || GTK_IS_LABEL(widget)) &&
         gtk_widget_get_can_target(widget) && gtk_widget_is_sensitive(widget) &&
         gtk_widget_get_ancestor(widget, CAP_TYPE_PANE) == NULL &&
         is_under_another(widget);
}

/* Of the titles over images nothing is cut. */
static gboolean
is_title_cut(GtkWidget *widget)
{
  GtkWidget *title = gtk_widget_get_ancestor(widget, ADW_TYPE_SQUEEZER);
  return GTK_IS_LABEL(widget) && title != NULL &&
         gtk_widget_has_css_class(title, "compare-title") &&
         pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(widget)));
}

static void
check_room(GtkWidget *widget, GString *faults)
{
  if (is_cut_away(widget) || is_title_cut(widget))
    note(faults, "cut away", widget);
  if (is_covered(widget))
    note(faults, "covered", widget);
  if (GTK_IS_RANGE(widget) || GTK_IS_FILE_CHOOSER_DIALOG(widget) ||
      ADW_IS_ABOUT_WINDOW(widget) || ADW_IS_ENTRY_ROW(widget) ||
      ADW_IS_VIEW_SWITCHER(widget))
    return; /* GTK's and libadwaita's own parts */
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child)) {
    if (!gtk_widget_get_mapped(child) || GTK_IS_NATIVE(child) ||
        (GTK_IS_REVEALER(child) &&
         !gtk_revealer_get_reveal_child(GTK_REVEALER(child))))
      continue;
    if (!may_hide(widget) && lies_outside(child, widget))
      note(faults, "outside", child);
    check_room(child, faults);
  }
}

/* Within some seconds: a busy machine takes its time to lay a window out. */
static void
assert_room(GtkWidget *root, const char *state, const char *where)
{
  g_autoptr(GString) faults = g_string_new(NULL);
  check_room(root, faults);
  for (int i = 0; i < 20 && faults->len > 0; i++) {
    cap_ui_spin(250);
    g_string_truncate(faults, 0);
    check_room(root, faults);
  }
  ck_assert_msg(faults->len == 0, "%s, %s:%s", state, where, faults->str);
}

/* ---- each state ---- */

static void
shoot(const char *prefix, int i)
{
  g_autofree char *picture = g_strdup_printf("%s-%02d", prefix, i);
  cap_ui_shoot(picture);
}

/* How often NODE, and what is in it, draws WORDS (of PangoGlyph). */
static int
count_words(GskRenderNode *node, const GArray *words)
{
  int n_parts = 0, n = 0;
  const PangoGlyphInfo *glyphs;
  switch (gsk_render_node_get_node_type(node)) {
  case GSK_CONTAINER_NODE:
    n_parts = (int)gsk_container_node_get_n_children(node);
    for (int i = 0; i < n_parts; i++)
      n += count_words(gsk_container_node_get_child(node, (guint)i), words);
    return n;
  case GSK_CLIP_NODE:
    return count_words(gsk_clip_node_get_child(node), words);
  case GSK_TRANSFORM_NODE:
    return count_words(gsk_transform_node_get_child(node), words);
  case GSK_TEXT_NODE:
    /* GTK 4.8 does not say how many with the glyphs */
    n_parts = (int)gsk_text_node_get_num_glyphs(node);
    glyphs = gsk_text_node_get_glyphs(node, NULL);
    for (int i = 0; i + (int)words->len <= n_parts; i++) {
      guint k = 0;
      while (k < words->len &&
             glyphs[i + (int)k].glyph == g_array_index(words, PangoGlyph, k))
        k++;
      n += k == words->len;
    }
    return n;
  default:
    return 0;
  }
}

static int
n_drawn(CapPane *pane, const char *text)
{
  GtkWidget *widget = GTK_WIDGET(pane);
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, text);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum"));
  pango_layout_set_attributes(layout, attributes);
  const PangoGlyphItem *run =
      pango_layout_get_line_readonly(layout, 0)->runs->data;
  g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(PangoGlyph));
  for (int i = 0; i < run->glyphs->num_glyphs; i++)
    g_array_append_val(words, run->glyphs->glyphs[i].glyph);
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new();
  GTK_WIDGET_GET_CLASS(pane)->snapshot(widget, snapshot);
  GskRenderNode *node = gtk_snapshot_free_to_node(g_steal_pointer(&snapshot));
  const int n = count_words(node, words);
  gsk_render_node_unref(node);
  return n;
}

/* Where its plane lies. */
static gboolean
says_place(CapPane *pane)
{
  CapViewport port;
  ck_assert(cap_pane_viewport(pane, &port));
  const CapPoint at = port.view.center_mm;
  const CapPlane plane = cap_pane_plane(pane);
  const double mm = fabs(plane == CAP_PLANE_AXIAL     ? at.z
                         : plane == CAP_PLANE_CORONAL ? at.y
                                                      : at.x);
  g_autofree char *exact = g_strdup_printf(" %.1f mm", mm);
  g_autofree char *about = g_strdup_printf(" %.0f mm", mm);
  return n_drawn(pane, exact) > 0 || n_drawn(pane, about) > 0;
}

/* In six panes, which are small: words that have no room are fewer, or not
 * there, but not cut, and where the plane lies always stands there; a long name
 * in a pane with room is, which shows that the search finds it. */
START_TEST(words_of_small_panes_are_whole)
{
  g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  cap_viewer_state_enter(&w, cap_viewer_state_find("earlier scan"));
  CapViews *views = cap_window_views(w.window);
  for (int plane = 0; plane < 3; plane++) {
    CapPane *const panes[] = {cap_views_pane(views, (CapPlane)plane),
                              cap_views_prior_pane(views, (CapPlane)plane)};
    for (int i = 0; i < 2; i++) {
      ck_assert_int_eq(n_drawn(panes[i], "…"), 0);
      ck_assert(says_place(panes[i]));
    }
  }
  CapSource *source = (CapSource *)cap_session_source(w.session);
  g_free(source->patient_name);
  source->patient_name = g_strnfill(120, 'N');
  g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", 96 * 1024, NULL);
  cap_views_set_layout(views, CAP_LAYOUT_LARGE);
  cap_ui_spin(400);
  cap_ui_shoot("ellipsis");
  double x, y; /* no title is left over it */
  ck_assert(gtk_widget_translate_coordinates(
      GTK_WIDGET(cap_views_pane(views, CAP_PLANE_AXIAL)), GTK_WIDGET(views), 0,
      0, &x, &y));
  ck_assert_double_eq(y, 0);
  ck_assert_int_gt(n_drawn(cap_views_pane(views, CAP_PLANE_AXIAL), "…"), 0);
  cap_viewer_state_leave(&w);
}
END_TEST

START_TEST(there_is_room)
{
  GtkSettings *settings = gtk_settings_get_default();
  const char *state = cap_viewer_states[_i].name;
  g_object_set(settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  GtkWidget *root = cap_viewer_state_enter(&w, _i);
  shoot("large", _i);
  assert_fits(root, state);
  assert_room(root, state, "large text");
  g_object_set(settings, "gtk-xft-dpi", 96 * 1024, NULL);
  gtk_window_set_default_size(GTK_WINDOW(w.window), 1, 1);
  if (root != GTK_WIDGET(w.window))
    gtk_window_set_default_size(GTK_WINDOW(root), 1, 1);
  cap_ui_spin(400);
  shoot("small", _i);
  assert_room(root, state, "smallest window");
  cap_viewer_state_leave(&w);
}
END_TEST

/* No words of the rows of findings are cut. */
static void
assert_rows_whole(const char *what)
{
  g_autoptr(GPtrArray) rows =
      cap_ui_find_all(GTK_WIDGET(w.window), CAP_TYPE_FINDING_ROW);
  ck_assert_uint_gt(rows->len, 0);
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr(GPtrArray) labels =
        cap_ui_find_all(rows->pdata[i], GTK_TYPE_LABEL);
    for (guint k = 0; k < labels->len; k++)
      ck_assert_msg(!pango_layout_is_ellipsized(
                        gtk_label_get_layout(GTK_LABEL(labels->pdata[k]))),
                    "%s: %s", what,
                    gtk_label_get_text(GTK_LABEL(labels->pdata[k])));
  }
}

START_TEST(rows_of_findings_are_whole)
{
  GtkSettings *settings = gtk_settings_get_default();
  g_object_set(settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  cap_viewer_state_enter(&w, cap_viewer_state_find("findings"));
  cap_session_set_status(w.session, CAP_STATUS_UNCERTAIN);
  cap_ui_spin(100);
  cap_ui_shoot("rows_large");
  assert_rows_whole("large text");
  g_object_set(settings, "gtk-xft-dpi", 96 * 1024, NULL);
  gtk_window_set_default_size(GTK_WINDOW(w.window), 1000, 700);
  cap_ui_spin(400);
  cap_ui_shoot("rows_small");
  assert_rows_whole("small window");
  cap_viewer_state_leave(&w);
}
END_TEST

/* ---- a sheet over the images ---- */

START_TEST(images_beside_the_sheet_are_as_bright_as_ever)
{
  GtkWidget *root =
      cap_viewer_state_enter(&w, cap_viewer_state_find("measuring"));
  gtk_window_set_default_size(GTK_WINDOW(root), 1, 1);
  cap_ui_spin(400);
  AdwFlap *flap = ADW_FLAP(cap_ui_find(root, ADW_TYPE_FLAP));
  ck_assert(adw_flap_get_folded(flap) && adw_flap_get_reveal_flap(flap));
  GtkWidget *pane =
      GTK_WIDGET(cap_views_pane(cap_window_views(w.window), CAP_PLANE_AXIAL));
  int width, height, flap_width, flap_height, n = 0;
  double left, top;
  ck_assert(gtk_widget_translate_coordinates(pane, GTK_WIDGET(flap), 0, 0,
                                             &left, &top));
  g_autofree uint8_t *alone = cap_ui_pixels(pane, &width, &height);
  g_autofree uint8_t *beside =
      cap_ui_pixels(GTK_WIDGET(flap), &flap_width, &flap_height);
  for (int y = 30; y < height / 2; y++) /* above the bar */
    for (int x = 0; x < width / 2; x++) {
      const uint8_t *a = alone + 4 * (y * width + x);
      const uint8_t *b =
          beside + 4 * ((y + (int)top) * flap_width + x + (int)left);
      n += abs(a[1] - b[1]) > 2;
    }
  ck_assert_int_eq(n, 0);
  /* And they are in use. */
  GtkWidget *seen =
      gtk_widget_pick(GTK_WIDGET(flap), left + 40, top + 40, GTK_PICK_DEFAULT);
  ck_assert(seen == pane || gtk_widget_is_ancestor(seen, pane));
  cap_viewer_state_leave(&w);
}
END_TEST

/* Between the bars over their foot, and where one may come, images are in use.
 */
START_TEST(images_are_in_use_below_the_bars)
{
  static const char *const states[] = {"findings", "measuring",
                                       "measuring during a search"};
  for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
    GtkWidget *root =
        cap_viewer_state_enter(&w, cap_viewer_state_find(states[i]));
    GtkWidget *foot = cap_ui_find(root, CAP_TYPE_FOOT);
    graphene_rect_t at, measure, work;
    GtkWidget *bar = gtk_widget_get_first_child(foot);
    ck_assert(gtk_widget_compute_bounds(foot, root, &at));
    ck_assert(gtk_widget_compute_bounds(bar, root, &measure));
    bar = gtk_widget_get_next_sibling(bar);
    ck_assert(gtk_widget_compute_bounds(bar, root, &work));
    const float x = i < 2 ? at.origin.x + at.size.width / 2
                          : (measure.origin.x + work.origin.x) / 2;
    const float y = at.origin.y + at.size.height - 20;
    GtkWidget *seen = gtk_widget_pick(root, x, y, GTK_PICK_DEFAULT);
    ck_assert_msg(seen != NULL &&
                      gtk_widget_get_ancestor(seen, CAP_TYPE_PANE) != NULL,
                  "%s: at %g, %g is a %s", states[i], (double)x, (double)y,
                  G_OBJECT_TYPE_NAME(seen));
    cap_viewer_state_leave(&w);
  }
}
END_TEST

static gboolean
is_toast(GtkWidget *widget, const char *name)
{
  return g_strcmp0(gtk_widget_get_css_name(widget), name) == 0;
}

/* Running work can be stopped while something is told. */
START_TEST(a_toast_lies_above_running_work)
{
  for (int size = 1; size <= 2; size++) {
    g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", size * 96 * 1024,
                 NULL);
    GtkWidget *root =
        cap_viewer_state_enter(&w, cap_viewer_state_find("detecting"));
    cap_window_toast(w.window, "Undone: Measured.");
    cap_ui_spin(400);
    shoot("toast", size);
    graphene_rect_t toast, work;
    GtkWidget *toasts = cap_ui_find(root, ADW_TYPE_TOAST_OVERLAY);
    GtkWidget *bar =
        gtk_widget_get_last_child(cap_ui_find(root, CAP_TYPE_FOOT));
    ck_assert(gtk_widget_compute_bounds(
        cap_ui_find_match(toasts, is_toast, "toast"), root, &toast));
    ck_assert(gtk_widget_compute_bounds(gtk_widget_get_first_child(bar), root,
                                        &work));
    ck_assert_msg(toast.origin.y + toast.size.height <= work.origin.y,
                  "toast %g + %g, work at %g", (double)toast.origin.y,
                  (double)toast.size.height, (double)work.origin.y);
    cap_viewer_state_leave(&w);
  }
}
END_TEST

static int
line_height_of(GtkWidget *root, const char *text)
{
  int height;
  GtkWidget *label = cap_ui_find_match(root, cap_ui_is_visible_label, text);
  pango_layout_get_pixel_size(gtk_label_get_layout(GTK_LABEL(label)), NULL,
                              &height);
  ck_assert_msg(
      !pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(label))),
      "%s is cut", text);
  return height;
}

/* A font of twice its size, at the same resolution. */
START_TEST(a_large_font_is_large_everywhere)
{
  static const char *const words[] = {"Findings", "Conclusion"};
  GtkSettings *settings = gtk_settings_get_default();
  int heights[2][2];
  for (int size = 0; size < 2; size++) {
    g_object_set(settings, "gtk-font-name",
                 size == 0 ? "Cantarell 11" : "Cantarell 22", NULL);
    GtkWidget *root =
        cap_viewer_state_enter(&w, cap_viewer_state_find("explained"));
    cap_ui_spin(400);
    shoot("font", size);
    for (int i = 0; i < 2; i++)
      heights[size][i] = line_height_of(root, words[i]);
    CapPane *pane = cap_views_pane(cap_window_views(w.window), CAP_PLANE_AXIAL);
    ck_assert_int_eq(n_drawn(pane, "…"), 0);
    cap_viewer_state_leave(&w);
  }
  for (int i = 0; i < 2; i++)
    ck_assert_int_gt(10 * heights[1][i], 17 * heights[0][i]);
}
END_TEST

static int
n_views_in_sight(void)
{
  int n = 0;
  for (int plane = 0; plane < 3; plane++) {
    GtkWidget *pane =
        GTK_WIDGET(cap_views_pane(cap_window_views(w.window), (CapPlane)plane));
    ck_assert(!gtk_widget_get_mapped(pane) || !is_under_another(pane));
    n += gtk_widget_get_mapped(pane);
  }
  return n;
}

START_TEST(images_make_room_for_the_sheet)
{
  GtkWidget *root =
      cap_viewer_state_enter(&w, cap_viewer_state_find("findings"));
  AdwFlap *flap = ADW_FLAP(cap_ui_find(root, ADW_TYPE_FLAP));
  GtkWidget *coronal =
      GTK_WIDGET(cap_views_pane(cap_window_views(w.window), CAP_PLANE_CORONAL));
  gtk_widget_grab_focus(coronal);
  gtk_window_set_default_size(GTK_WINDOW(root), 1150, 700);
  CAP_UI_WAIT(adw_flap_get_folded(flap));
  cap_ui_spin(200);
  ck_assert_int_eq(n_views_in_sight(), 3);
  gtk_window_set_default_size(GTK_WINDOW(root), 1000, 700);
  CAP_UI_WAIT(n_views_in_sight() == 1); /* that which was in use */
  ck_assert(gtk_widget_get_mapped(coronal));
  ck_assert_int_gt(gtk_widget_get_width(coronal), 560);
  shoot("beside-sheet", 0);
  g_action_group_activate_action(G_ACTION_GROUP(w.window), "show-findings",
                                 NULL);
  CAP_UI_WAIT(n_views_in_sight() == 3);
  cap_viewer_state_leave(&w);
}
END_TEST

static gboolean
is_title(GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL(widget) &&
         g_str_equal(gtk_label_get_text(GTK_LABEL(widget)), text);
}

/* The words of buttons make room for who it is. */
START_TEST(a_title_is_whole_in_a_small_window)
{
  const char *const who = "Phantom, Capsight  ·  2020-01-01";
  GtkWidget *root =
      cap_viewer_state_enter(&w, cap_viewer_state_find("findings"));
  GtkWidget *title = cap_ui_find(root, ADW_TYPE_WINDOW_TITLE);
  adw_window_title_set_title(ADW_WINDOW_TITLE(title), who);
  GtkWidget *label = cap_ui_find_match(title, is_title, who);
  GtkWidget *word = cap_ui_find_match(root, is_title, "Explain");
  const int widths[] = {1400, 1000, 1400};
  for (int i = 0; i < 3; i++) {
    const int width = widths[i];
    gtk_window_set_default_size(GTK_WINDOW(root), width, 700);
    CAP_UI_WAIT(gtk_widget_get_visible(word) == (width == 1400));
    cap_ui_spin(200);
    ck_assert(
        !pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(label))));
  }
  cap_viewer_state_leave(&w);
}
END_TEST

/* Both scans and their headings are beside the sheet, however narrow. */
START_TEST(a_sheet_covers_neither_of_two_scans)
{
  static const char *const states[] = {"earlier scan",
                                       "another patient's scan"};
  GtkWidget *root =
      cap_viewer_state_enter(&w, cap_viewer_state_find(states[_i]));
  gtk_window_set_default_size(GTK_WINDOW(root), 1, 1);
  cap_ui_spin(400);
  shoot("compared", _i);
  ck_assert(
      adw_flap_get_reveal_flap(ADW_FLAP(cap_ui_find(root, ADW_TYPE_FLAP))));
  CapViews *views = cap_window_views(w.window);
  ck_assert(!is_under_another(
      GTK_WIDGET(cap_views_prior_pane(views, CAP_PLANE_AXIAL))));
  assert_room(root, states[_i], "smallest window");
  /* Without the earlier scan it lies over the images again. */
  cap_prior_study_close(w.prior);
  cap_ui_spin(200);
  ck_assert(adw_flap_get_folded(ADW_FLAP(cap_ui_find(root, ADW_TYPE_FLAP))));
  cap_viewer_state_leave(&w);
}
END_TEST

/* ---- high contrast ---- */

/* Against black. */
static double
contrast(const GdkRGBA *color)
{
  return cap_ui_contrast(
      cap_ui_luminance(color->red, color->green, color->blue), 0);
}

static int
check_words(GtkWidget *widget, double least)
{
  int n = 0;
  if (GTK_IS_LABEL(widget) && gtk_widget_get_mapped(widget) &&
      gtk_widget_is_sensitive(widget) &&
      *gtk_label_get_text(GTK_LABEL(widget)) != '\0') {
    GdkRGBA color;
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &color);
    n++;
    ck_assert_msg(contrast(&color) >= least, "“%s” has %.1f",
                  gtk_label_get_text(GTK_LABEL(widget)), contrast(&color));
  }
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    n += check_words(child, least);
  return n;
}

static double
edge_contrast(GtkWidget *widget)
{
  GdkRGBA color;
  ck_assert(gtk_style_context_lookup_color(gtk_widget_get_style_context(widget),
                                           "edge", &color));
  return contrast(&color);
}

START_TEST(high_contrast_is_followed)
{
  const gboolean high = _i;
  g_setenv("ADW_DEBUG_HIGH_CONTRAST", high ? "1" : "0", TRUE);
  cap_ui_setup();
  GtkWidget *root =
      cap_viewer_state_enter(&w, cap_viewer_state_find("findings"));
  shoot("contrast", _i);
  ck_assert_int_gt(check_words(root, high ? 12 : 7), 20);
  if (high)
    ck_assert_double_gt(edge_contrast(root), 7);
  else
    ck_assert_double_lt(edge_contrast(root), 3);
  cap_viewer_state_leave(&w);
}
END_TEST

int
main(void)
{
  cap_prior_window_make_case(&w);
  Suite *suite = suite_create("layout");
  TCase *room = tcase_create("room"), *compared = tcase_create("compared");
  TCase *sheets = tcase_create("sheets"), *contrasts = tcase_create("contrast");
  tcase_set_timeout(room, 240);
  tcase_add_checked_fixture(room, cap_ui_setup, NULL);
  tcase_add_loop_test(room, there_is_room, 0, (int)cap_n_viewer_states);
  suite_add_tcase(suite, room);
  tcase_set_timeout(sheets, 120);
  tcase_add_checked_fixture(sheets, cap_ui_setup, NULL);
  tcase_add_test(sheets, rows_of_findings_are_whole);
  tcase_add_test(sheets, words_of_small_panes_are_whole);
  tcase_add_test(sheets, images_beside_the_sheet_are_as_bright_as_ever);
  tcase_add_test(sheets, images_are_in_use_below_the_bars);
  tcase_add_test(sheets, a_toast_lies_above_running_work);
  tcase_add_test(sheets, a_large_font_is_large_everywhere);
  tcase_add_test(sheets, images_make_room_for_the_sheet);
  tcase_add_test(sheets, a_title_is_whole_in_a_small_window);
  suite_add_tcase(suite, sheets);
  tcase_set_timeout(compared, 120);
  tcase_add_checked_fixture(compared, cap_ui_setup, NULL);
  tcase_add_loop_test(compared, a_sheet_covers_neither_of_two_scans, 0, 2);
  suite_add_tcase(suite, compared);
  tcase_set_timeout(contrasts, 120);
  tcase_add_loop_test(contrasts, high_contrast_is_followed, 0, 2);
  suite_add_tcase(suite, contrasts);
  const int failed = cap_suite_run(suite);
  cap_prior_window_remove_case(&w);
  return failed;
}
