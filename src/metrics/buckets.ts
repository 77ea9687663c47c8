// Upper bounds in seconds, of what is a matter of milliseconds, and of what may take its time.

export const ofAppends = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
export const ofAnswers = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
export const ofAttempts = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
export const ofHandovers = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200, 43_200];
export const ofDeliveries = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 7_200, 21_600, 86_400];
