/* CapRatingChart: a distribution over the levels of a rating, as bars (tall) or
 * as a strip with the expected level and one standard deviation around it. */
#pragma once

#include "core/measure/finding.h"

#include <gtk/gtk.h>

#define CAP_TYPE_RATING_CHART (cap_rating_chart_get_type())
G_DECLARE_FINAL_TYPE(CapRatingChart, cap_rating_chart, CAP, RATING_CHART,
                     GtkWidget)

/* NAME ("Malignancy") is for screen readers. */
GtkWidget *cap_rating_chart_new(const char *name, gboolean tall);
void cap_rating_chart_set(CapRatingChart *chart, const CapRating *rating);
/* The same; a strip also shows how far readers differ, READERS_SD levels to
 * both sides of the expected one. */
void cap_rating_chart_set_beside(CapRatingChart *chart, const CapRating *rating,
                                 double readers_sd);
/* A strip of classes, which have no expected one: their probabilities alone,
 * told in WORDS. */
void cap_rating_chart_set_classes(CapRatingChart *chart,
                                  const CapRating *rating, const char *words);
