/* Twins of softmax and the losses. */
#include <math.h>

#include "tests/support/twin.h"

static int
n_rows(const CapTwin *t)
{
  return t->in_shape[0].n_dims == 1 ? 1 : t->in_shape[0].dims[0];
}

static double
log_softmax(const double *z, int levels, int k)
{
  double sum = 0.0;
  for (int i = 0; i < levels; i++)
    sum += exp(z[i]);
  return z[k] - log(sum);
}

void
cap_twin_softmax(const CapTwin *t)
{
  const int rows = n_rows(t);
  const int width = (int)cap_twin_size(&t->in_shape[0]) / rows;
  for (int i = 0; i < t->batch * rows * width; i++) {
    const int levels = t->options[i / width % rows], k = i % width;
    t->out[i] =
        k < levels ? exp(log_softmax(t->in[0] + i - k, levels, k)) : 0.0;
  }
}

void
cap_twin_rating_loss(const CapTwin *t)
{
  const int rows = n_rows(t);
  const int width = (int)cap_twin_size(&t->in_shape[0]) / rows;
  for (int n = 0; n < t->batch; n++) {
    t->out[n] = 0.0;
    for (int r = 0; r < rows; r++)
      for (int k = 0; k < t->options[r]; k++) {
        const int row = (n * rows + r) * width;
        const double goal = t->in[1][row + k];
        if (goal > 0.0)
          t->out[n] +=
              t->in[2][n * rows + r] / rows * goal *
              (log(goal) - log_softmax(t->in[0] + row, t->options[r], k));
      }
  }
}

void
cap_twin_margin_loss(const CapTwin *t)
{
  const int capsules = t->in_shape[0].dims[0], k = t->in_shape[1].dims[0];
  for (int n = 0; n < t->batch; n++) {
    t->out[n] = 0.0;
    for (int i = 0; i < k; i++) {
      const double length = t->in[0][n * capsules + i];
      const double goal = t->in[1][n * k + i];
      t->out[n] +=
          t->in[2][n] * (goal * pow(fmax(0.0, 0.9 - length), 2) +
                         0.5 * (1.0 - goal) * pow(fmax(0.0, length - 0.1), 2));
    }
  }
}

void
cap_twin_spread_loss(const CapTwin *t)
{
  const int capsules = t->in_shape[0].dims[0], k = t->in_shape[1].dims[0];
  for (int n = 0; n < t->batch; n++) {
    t->out[n] = 0.0;
    for (int meant = 0; meant < k; meant++)
      for (int other = 0; other < k; other++)
        if (meant != other)
          t->out[n] +=
              t->in[2][n] * t->in[1][n * k + meant] *
              (1.0 - t->in[1][n * k + other]) *
              pow(fmax(0.0, t->in[3][n] - (t->in[0][n * capsules + meant] -
                                           t->in[0][n * capsules + other])),
                  2);
  }
}

void
cap_twin_mask_loss(const CapTwin *t)
{
  const int size = (int)cap_twin_size(&t->in_shape[0]);
  for (int n = 0; n < t->batch; n++) {
    double entropy = 0.0, both = 0.0, either = 0.0;
    for (int i = n * size; i < (n + 1) * size; i++) {
      const double p = 1.0 / (1.0 + exp(-t->in[0][i])), goal = t->in[1][i];
      entropy -= (goal * log(p) + (1.0 - goal) * log(1.0 - p)) / size;
      both += p * goal;
      either += p + goal;
    }
    t->out[n] =
        t->in[2][n] * (entropy + 1.0 - (2.0 * both + 1.0) / (either + 1.0));
  }
}

void
cap_twin_reconstruction_loss(const CapTwin *t)
{
  const int size = (int)cap_twin_size(&t->in_shape[0]);
  for (int n = 0; n < t->batch; n++) {
    double error = 0.0, mass = 0.0;
    for (int i = n * size; i < (n + 1) * size; i++) {
      error += t->in[2][i] * pow(t->in[0][i] - t->in[1][i], 2);
      mass += t->in[2][i];
    }
    t->out[n] = t->in[3][n] * 0.5 * error / fmax(mass, 1.0);
  }
}
