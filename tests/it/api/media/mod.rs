mod uploads;
