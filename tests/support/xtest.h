/* Real input: events that the X server makes by its XTEST extension, since GTK
 * 4 cannot synthesise them. Coordinates are of the screen. */
#pragma once

#include <X11/Xlib.h>
#include <X11/keysym.h>

/* Buttons of a mouse. */
#define CAP_LEFT 1
#define CAP_MIDDLE 2
#define CAP_RIGHT 3
#define CAP_WHEEL_UP 4
#define CAP_WHEEL_DOWN 5

/* A connection of its own to the display of the environment, and how long to
 * wait after each event (microseconds). */
typedef struct {
  Display *display;
  unsigned long pause_us;
} CapXtest;

/* NULL display when there is none. */
CapXtest cap_xtest_open(unsigned long pause_us);
void cap_xtest_close(CapXtest *x);

void cap_xtest_key_state(const CapXtest *x, KeySym symbol, int down);
/* Pressed and released while MODIFIERS (GDK's Shift, Control and Alt masks) are
 * held. */
void cap_xtest_key(const CapXtest *x, KeySym symbol, unsigned modifiers);
/* TEXT key by key; ASCII that the keyboard has. */
void cap_xtest_text(const CapXtest *x, const char *text);
void cap_xtest_point(const CapXtest *x, int at_x, int at_y);
void cap_xtest_button(const CapXtest *x, unsigned which, int down);
/* Where the pointer is. */
void cap_xtest_click(const CapXtest *x, unsigned which);
/* From (FROM_X, FROM_Y) by (DX, DY) in five steps. */
void cap_xtest_drag(const CapXtest *x, unsigned which, int from_x, int from_y,
                    int dx, int dy);

/* The window that has the keys, as the window manager says; 0 without one. */
Window cap_xtest_active_window(const CapXtest *x);
