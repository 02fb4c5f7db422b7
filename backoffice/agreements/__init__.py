"""What is agreed for a child beforehand: contracts levelled by month, and the aids of third parties."""
