import os

# One thread for linear algebra, said before anything loads OpenMP or OpenBLAS: on busy cores a question to the assistant took
# 684 ms instead of 28 with two.
for _name, _value in (("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1"), ("OMP_WAIT_POLICY", "passive")):
    os.environ.setdefault(_name, _value)
