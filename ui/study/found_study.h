/* A study that an archive has, as a row of a list: who, when, what. */
#pragma once

#include "io/archive/archive.h"

#include <adwaita.h>

/* Texts are copied from ROW. Returns a floating widget. */
GtkWidget *cap_found_study_new(const CapArchiveRow *row);
