// The closed loop of Regazzoni et al. 2020 (arXiv:2011.15040), written for speed in C++: the same equations, the same
// adaptive Dormand-Prince steps and the same error control as engines/circulation, so that the two may be compared.
// Usage: circulation BEATS TOLERANCE < the 39 parameters and the 12 initial states in the order of the engine's
// parameterNames and stateNames. Prints the seconds that the beats took, then the final state.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

static double P[39];
static const double PI = 3.14159265358979323846;

static double elastance(int c, double t) {
  const double *q = P + 1 + 6 * c;
  double a = t - q[4];
  if (a < 0) a += P[0];
  if (a < q[2]) return q[1] + q[0] * 0.5 * (1 - std::cos(PI * a / q[2]));
  a -= q[2];
  if (a < q[3]) return q[1] + q[0] * 0.5 * (1 + std::cos(PI * a / q[3]));
  return q[1];
}

static bool in_step(int a, int b) { return P[a] > 0 && P[a + 2] == P[b + 2] && P[a + 3] == P[b + 3] && P[a + 4] == P[b + 4]; }

static void elastances(double t, double *E) {
  E[0] = elastance(0, t);
  E[1] = elastance(1, t);
  E[2] = in_step(1, 13) ? P[14] + (E[0] - P[2]) * P[13] / P[1] : elastance(2, t);
  E[3] = in_step(7, 19) ? P[20] + (E[1] - P[8]) * P[19] / P[7] : elastance(3, t);
}

static inline double valve(double drop) { return drop * std::exp(P[25] + P[26] * std::atan(100 * PI * drop)); }

static void derivative(const double *E, const double *y, double *d) {
  double la = E[0] * (y[0] - P[6]), lv = E[1] * (y[1] - P[12]), ra = E[2] * (y[2] - P[18]), rv = E[3] * (y[3] - P[24]);
  double mitral = valve(la - lv), aortic = valve(lv - y[4]), tricuspid = valve(ra - rv), pulmonary = valve(rv - y[6]);
  d[0] = y[11] - mitral;
  d[1] = mitral - aortic;
  d[2] = y[9] - tricuspid;
  d[3] = tricuspid - pulmonary;
  d[4] = (aortic - y[8]) * P[27];
  d[5] = (y[8] - y[9]) * P[30];
  d[6] = (pulmonary - y[10]) * P[33];
  d[7] = (y[10] - y[11]) * P[36];
  d[8] = (y[4] - y[5] - P[28] * y[8]) * P[29];
  d[9] = (y[5] - ra - P[31] * y[9]) * P[32];
  d[10] = (y[6] - y[7] - P[34] * y[10]) * P[35];
  d[11] = (y[7] - la - P[37] * y[11]) * P[38];
}

static double next_step = 0;

static void beat(double *y, double tolerance) {
  double d1[12], d2[12], d3[12], d4[12], d5[12], d6[12], d7[12], u[12], E[4];
  const double cycle = P[0];
  double t = 0, h = next_step > 0 ? next_step : 1e-4;
  elastances(0, E);
  derivative(E, y, d1);
  while (t < cycle) {
    const double left = cycle - t;
    const bool last = h >= left * (1 - 1e-12);
    if (last) h = left;
    elastances(t + h / 5, E);
    for (int i = 0; i < 12; i++) u[i] = y[i] + h * (1.0 / 5) * d1[i];
    derivative(E, u, d2);
    elastances(t + h * (3.0 / 10), E);
    for (int i = 0; i < 12; i++) u[i] = y[i] + h * ((3.0 / 40) * d1[i] + (9.0 / 40) * d2[i]);
    derivative(E, u, d3);
    elastances(t + h * (4.0 / 5), E);
    for (int i = 0; i < 12; i++) u[i] = y[i] + h * ((44.0 / 45) * d1[i] - (56.0 / 15) * d2[i] + (32.0 / 9) * d3[i]);
    derivative(E, u, d4);
    elastances(t + h * (8.0 / 9), E);
    for (int i = 0; i < 12; i++)
      u[i] = y[i] + h * ((19372.0 / 6561) * d1[i] - (25360.0 / 2187) * d2[i] + (64448.0 / 6561) * d3[i] - (212.0 / 729) * d4[i]);
    derivative(E, u, d5);
    elastances(t + h, E);
    for (int i = 0; i < 12; i++)
      u[i] = y[i] + h * ((9017.0 / 3168) * d1[i] - (355.0 / 33) * d2[i] + (46732.0 / 5247) * d3[i] + (49.0 / 176) * d4[i] - (5103.0 / 18656) * d5[i]);
    derivative(E, u, d6);
    for (int i = 0; i < 12; i++)
      u[i] = y[i] + h * ((35.0 / 384) * d1[i] + (500.0 / 1113) * d3[i] + (125.0 / 192) * d4[i] - (2187.0 / 6784) * d5[i] + (11.0 / 84) * d6[i]);
    derivative(E, u, d7);
    double sum = 0;
    for (int i = 0; i < 12; i++) {
      const double error = h * ((71.0 / 57600) * d1[i] - (71.0 / 16695) * d3[i] + (71.0 / 1920) * d4[i] - (17253.0 / 339200) * d5[i] + (22.0 / 525) * d6[i] - (1.0 / 40) * d7[i]);
      const double scale = 1 + std::max(std::fabs(y[i]), std::fabs(u[i]));
      sum += (error / scale) * (error / scale);
    }
    const double norm = std::sqrt(sum / 12) / tolerance;
    if (norm <= 1) {
      for (int i = 0; i < 12; i++) {
        y[i] = u[i];
        d1[i] = d7[i];
      }
      t = last ? cycle : t + h;
      h *= std::min(5.0, 0.9 * std::pow(std::max(norm, 1e-10), -0.2));
      if (!last) next_step = h;
    } else if (norm > 1) {
      h *= std::max(0.2, 0.9 * std::pow(norm, -0.2));
      if (h < 1e-12) std::exit(3);
    } else
      std::exit(3);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const int beats = std::atoi(argv[1]);
  const double tolerance = std::atof(argv[2]);
  double y[12];
  double given[39];
  for (double &p : given)
    if (std::scanf("%lf", &p) != 1) return 2;
  P[0] = 1 / given[0];
  for (int i = 1; i < 25; i++) P[i] = given[i];
  for (int c = 0; c < 4; c++) P[5 + 6 * c] = std::fmod(P[5 + 6 * c], P[0]);
  const double range = std::log(given[26] / given[25]);
  P[25] = -std::log(given[25]) - range / 2;
  P[26] = range / PI;
  for (int bed = 0; bed < 4; bed++) {  // given: R C L; kept: 1/C R 1/L
    P[27 + 3 * bed] = 1 / given[28 + 3 * bed];
    P[28 + 3 * bed] = given[27 + 3 * bed];
    P[29 + 3 * bed] = 1 / given[29 + 3 * bed];
  }
  for (double &v : y)
    if (std::scanf("%lf", &v) != 1) return 2;
  for (int i = 0; i < 20; i++) beat(y, tolerance);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < beats; i++) beat(y, tolerance);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  std::printf("%.9f", wall.count());
  for (double v : y) std::printf(" %.17g", v);
  std::printf("\n");
}
